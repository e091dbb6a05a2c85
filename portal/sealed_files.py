"""Files at rest: AES-256-GCM in chunks, each file under a random key of its own.

That key belongs in an encrypted field of the row that owns the file: so FIELD_KEYS protect it, `rotate_keys` needs no file
to be written anew, and a file without its row (in a backup, or left behind by a crash) can be opened by nobody.

On disk: MAGIC, then chunks of CHUNK bytes (only the last may be shorter), each with its 16-byte tag. Associated with each chunk are
the place that the file belongs to, the chunk's number, and whether it is the last one: a chunk that is cut off, moved, doubled,
or brought from another file does not open. Both ways are streams: no more than a chunk is ever in memory.
"""

import io
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.encryption import CannotOpen

MAGIC, CHUNK, TAG = b"RGF1", 64 * 1024, 16


def _associated(context: str, number: int, *, is_last: bool) -> bytes:
    return f"{context}:{number}:{'last' if is_last else 'more'}".encode()


def _nonce(number: int) -> bytes:
    """The chunk's number is enough: the key is used for this one file, written once."""
    return number.to_bytes(12, "big")


class SealedWriter:
    """Writes a new file. `key` is its key, in text, to be kept; `close()` makes it whole, `abandon()` removes it."""

    def __init__(self, path: Path, *, context: str) -> None:
        raw = secrets.token_bytes(32)
        self.path, self.key = path, urlsafe_b64encode(raw).decode()
        self._cipher, self._context, self._number, self._rest = AESGCM(raw), context, 0, bytearray()
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._file.write(MAGIC)

    def write(self, data: bytes) -> None:
        self._rest += data
        while len(self._rest) > CHUNK:  # not at equal: the last chunk must be known as such when it is written
            self._put(bytes(self._rest[:CHUNK]), is_last=False)
            del self._rest[:CHUNK]

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        associated = _associated(self._context, self._number, is_last=is_last)
        self._file.write(self._cipher.encrypt(_nonce(self._number), chunk, associated))
        self._number += 1

    def close(self) -> None:
        """On the disk when this returns: what we say is kept, a power cut does not take."""
        self._put(bytes(self._rest), is_last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


class SealedReader(io.RawIOBase):
    """The content of a sealed file, from any place in it. Raises CannotOpen rather than give a byte that was not written so."""

    def __init__(self, path: Path, *, key: str, context: str) -> None:
        super().__init__()
        self._file = path.open("rb")
        try:
            self._cipher, self._context = AESGCM(urlsafe_b64decode(key)), context
            body = os.fstat(self._file.fileno()).st_size - len(MAGIC)
            self.count = -(-body // (CHUNK + TAG))
            self.size = body - self.count * TAG
            if self._file.read(len(MAGIC)) != MAGIC or self.count < 1 or self.size < (self.count - 1) * CHUNK:
                raise CannotOpen(f"no whole sealed file in {context}")
        except (ValueError, CannotOpen) as error:
            self._file.close()
            raise CannotOpen(f"cannot open {context}") from error
        self._at, self._held, self._chunk = 0, -1, b""

    def chunks(self) -> Iterator[bytes]:
        for number in range(self.count):
            yield self._opened(number)

    def _opened(self, number: int) -> bytes:
        if number != self._held:
            self._file.seek(len(MAGIC) + number * (CHUNK + TAG))
            sealed = self._file.read(CHUNK + TAG)
            associated = _associated(self._context, number, is_last=number == self.count - 1)
            try:
                self._chunk, self._held = self._cipher.decrypt(_nonce(number), sealed, associated), number
            except InvalidTag as error:
                raise CannotOpen(f"chunk {number} of {self._context} is not what was written") from error
        return self._chunk

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self.size:
            return 0
        number, start = divmod(self._at, CHUNK)
        piece = self._opened(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()

"""The scanner's three answers, from a daemon of the test's own."""

import socket
import threading

import pytest

from portal import clamd


@pytest.fixture
def scanner(settings):
    """Starts a daemon that reads one stream and gives this answer; what it read is in `.received`."""
    server = socket.create_server(("127.0.0.1", 0))

    class Scanner:
        received = b""

        def answers(self, text: bytes) -> None:
            self.text = text
            self.thread = threading.Thread(target=self.serve)
            self.thread.start()

        def serve(self) -> None:
            link, _address = server.accept()
            with link, link.makefile("rb") as stream:
                if stream.read(6) == b"zPING\0":
                    link.sendall(self.text)
                    return
                assert stream.read(4) == b"EAM\0"
                while length := int.from_bytes(stream.read(4), "big"):
                    self.received += stream.read(length)
                link.sendall(self.text)

    settings.CLAMD = f"127.0.0.1:{server.getsockname()[1]}"
    made = Scanner()
    yield made
    made.thread.join(5)
    server.close()


def test_clean(scanner):
    scanner.answers(b"stream: OK\0")
    assert clamd.is_clean([b"one ", b"", b"two"]) is True
    assert scanner.received == b"one two"


@pytest.mark.parametrize(("answer", "is_up"), [(b"PONG\0", True), (b"", False)])
def test_up_or_not(scanner, answer, is_up):
    scanner.answers(answer)
    assert clamd.is_up() is is_up


def test_a_virus(scanner):
    scanner.answers(b"stream: Eicar-Signature FOUND\0")
    assert clamd.is_clean([b"x"]) is False


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK, perhaps\0"])
def test_anything_else_is_no_verdict(scanner, answer):
    scanner.answers(answer)
    with pytest.raises(clamd.NoVerdict):
        clamd.is_clean([b"x"])


@pytest.mark.parametrize("address", ["127.0.0.1:9", "/nowhere/clamd.sock"])
def test_a_scanner_that_is_down_says_nothing(settings, address):
    settings.CLAMD = address
    with pytest.raises(OSError, match=r".+"):
        clamd.is_clean([b"x"])

"""`python -m portal.dev_env`: writes a private .env with random keys for a developer's machine, unless there is one."""

import os
import secrets
from pathlib import Path

from portal.encryption import new_key

PATH = Path(__file__).resolve().parent.parent / ".env"


def main() -> None:
    if PATH.exists():
        return
    lines = ["DEBUG=1", f"SECRET_KEY={secrets.token_urlsafe(48)}", f"FIELD_KEYS=k1:{new_key()}", f"INDEX_KEYS=k1:{new_key()}"]
    with os.fdopen(os.open(PATH, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    print("Wrote .env with keys for this machine. They open its development data: keep the file, and never commit it.")


if __name__ == "__main__":
    main()

"""The secret key of an installation that was given none: generated once, kept under the data directory."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from config.errors import SettingsError

#: Characters a secret key must have where it is checked.
LEAST = 32


def kept_key(var_dir: Path) -> str:
    """The key in `var_dir/secret_key`, made on first use with mode 0600.

    The file appears whole or not at all, so processes that start at once agree. Raises SettingsError when it cannot be
    written or read, or holds no key.
    """
    path = var_dir / "secret_key"
    try:
        if not path.exists():
            var_dir.mkdir(parents=True, exist_ok=True)
            _create(path)
        key = path.read_text("ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"QUIZ_VAR_DIR={str(var_dir)!r}: cannot keep the secret key there: {error.strerror or error}"
        ) from None
    except UnicodeDecodeError:
        key = ""
    if len(key) < LEAST:
        raise SettingsError(f"{path}: holds no secret key; delete the file (everybody has to sign in again) or set SECRET_KEY")
    return key


def _create(path: Path) -> None:
    """Write a new key aside, then link it into place; whoever links first wins."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink(missing_ok=True)

"""The files that pages load, and the bundles that stand in for some of them.

A page's script imports twenty others. `scripts/bundle` makes one file of them, which has the script's own name in another
folder, and compresses it; style sheets too. Whoever asks for the name gets the bundle, as long as it was made from the files that
are there: after a change, and where nothing could be bundled, the files themselves are served, one by one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_WEB = Path(__file__).resolve().parents[1] / "web"
STATIC, BUNDLES, _TEMPLATES = _WEB / "static", _WEB / "bundles", _WEB / "templates"
#: In `BUNDLES`: what they were made from (`of`), and the hash of each by its name (`made`).
MANIFEST = "manifest.json"
#: The endings of compressed bundles, by what HTTP calls them; the shortest first.
ENCODINGS = {"br": ".br", "gzip": ".gz"}
#: What they are made from.
BUNDLED = frozenset([".css", ".js", ".mjs"])
_SCRIPT = re.compile(r"""filename=["']([\w./-]+\.js)["']""")


@dataclass(frozen=True)
class Release:
    """One state of all files: `name` stands for what they hold, 12 hexadecimal digits."""

    name: str
    #: The same for those alone of which bundles are made.
    of: str
    #: Where what is served under a name lies, and the SHA-256 of it.
    files: dict[str, tuple[Path, str]]


def release() -> Release:
    """What is there now. Reads every file, which takes 5 ms."""
    files = {path.relative_to(STATIC).as_posix(): (path, _hash(path)) for path in _plain()}
    of = _name({name: file for name, file in files.items() if file[0].suffix in BUNDLED})
    files |= {name: (BUNDLES / name, sha) for name, sha in _bundles(of).items()}
    return Release(_name(files), of, files)


def changes() -> int:
    """A number that is another one after a file has changed. Takes 2 ms."""
    return hash(tuple((str(path), path.stat().st_mtime_ns) for path in (*_plain(), BUNDLES / MANIFEST) if path.exists()))


def scripts() -> list[str]:
    """The scripts that pages begin with: those which templates name."""
    return sorted({name for page in _TEMPLATES.rglob("*.html") for name in _SCRIPT.findall(page.read_text(encoding="utf-8"))})


def _plain() -> list[Path]:
    return sorted(path for path in STATIC.rglob("*.*") if path.is_file())


def _bundles(of: str) -> dict[str, str]:
    try:
        manifest = json.loads((BUNDLES / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(manifest["made"]) if manifest["of"] == of else {}


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _name(files: dict[str, tuple[Path, str]]) -> str:
    return sha256("\n".join(f"{name} {sha}" for name, (_, sha) in files.items()).encode()).hexdigest()[:12]

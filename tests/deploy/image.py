"""The files that the image of `deploy/docker/Dockerfile` holds, in a plain folder."""

from __future__ import annotations

import json
import shlex
import shutil
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from tests.harness.server import ROOT

DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
#: What earlier stages make, and where scripts/prepare has made the same.
MADE = {f"/build/{folder}": ROOT / folder for folder in ("node_modules", "quiz/web/bundles")}


def instructions() -> list[tuple[str, str]]:
    """Each instruction with its arguments, lines joined."""
    text = DOCKERFILE.read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    return [tuple(line.split(maxsplit=1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


def last_stage() -> list[tuple[str, str]]:
    """The instructions that make the image itself."""
    found = instructions()
    return found[max(number for number, (name, _) in enumerate(found) if name == "FROM") :]


def environment() -> dict[str, str]:
    """What `ENV` sets, but for the path."""
    pairs = [pair for name, text in last_stage() if name == "ENV" for pair in shlex.split(text)]
    return dict(pair.split("=", 1) for pair in pairs if not pair.startswith("PATH="))


def command(name: str) -> list[str]:
    """The arguments of `CMD`, or of the command of `HEALTHCHECK`."""
    text = next(text for its, text in last_stage() if its == name)
    return json.loads(text[text.index("[") :])


def ignored(path: str) -> bool:
    """Whether the build never sees a file, by .dockerignore: the last pattern that fits decides."""
    answer = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.strip().removeprefix("!")
        if pattern and not line.startswith("#") and _fits(PurePosixPath(path), pattern):
            answer = not line.startswith("!")
    return answer


def _fits(path: PurePosixPath, pattern: str) -> bool:
    anywhere = pattern.removeprefix("**/")
    if anywhere != pattern:
        return any(fnmatch(part, anywhere) for part in path.parts)
    return any(fnmatch(str(start), pattern) for start in (path, *path.parents) if start.name)


def build(folder: Path) -> None:
    """Does what the `COPY` instructions of the last stage do, but for the virtual environment."""
    for text in (text for name, text in last_stage() if name == "COPY"):
        *sources, target = [word for word in shlex.split(text) if not word.startswith("--")]
        for source in sources:
            if source.startswith("/opt/"):
                continue
            made = next(
                (there / source[len(prefix) :].lstrip("/") for prefix, there in MADE.items() if source.startswith(prefix)), None
            )
            whole = made or ROOT / source
            to = folder / target / whole.name if target.endswith("/") else folder / target
            _copy(whole, to, check=made is None)


def _copy(source: Path, to: Path, check: bool) -> None:
    for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
        if file.is_file() and not (check and ignored(file.relative_to(ROOT).as_posix())):
            place = to / file.relative_to(source) if source.is_dir() else to
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)

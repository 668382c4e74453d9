"""Files as they come out of accidents: sound files of every format with bytes changed, cut off, doubled and put in.

`python -m tests.content.mutants SEED COUNT` reads that many in a process with bounded memory, and time for each, and prints what
a failure was.
"""

from __future__ import annotations

import io
import random
import resource
import signal
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from quiz.content.formats import EXPORT_FORMATS, IMPORT_FORMATS, read, write
from quiz.content.samples import samples

from .workbooks import classquiz, kahoot

#: Of the process, above what it has at its start; of one file.
MAX_BYTES, MAX_SECONDS = 700 * 1024 * 1024, 30

_TRICKY = [
    *(
        b'"',
        b"\n",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"~",
        b"=",
        b"#",
        b"<",
        b">",
        b"&",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"%",
        b"::",
        b"|",
    ),
    *(
        b"<!DOCTYPE x>",
        b"&x;",
        b"]]>",
        b"<c/>",
        b'r="A99999999"',
        b'r="9999999999"',
        b"9" * 400,
        b"1e999",
        b"-1",
        b"=1+1",
        b"\\ud800",
    ),
    *(
        b"<f>1</f>",
        b'<row r="70000"/>',
        b" " * 5000,
        b"A" * 5000,
        b"_x0000_",
        b"[html]",
        b"//",
        b"$CATEGORY:",
        b"ANSWER:",
        b"NaN",
    ),
]
_TEXTS = {
    "aiken": b"What is right?\nA. this\nB) that\nANSWER: B\n\nAnd now?\nA. yes\nB. no\nC. maybe\nANSWER: A\n",
    "anki": b'#separator:tab\n#html:true\n#tags column:3\nHund\tdog\tanimal\nKuh\t<b>cow</b>\tanimal\n"Ente"\t"a ""duck"""\t\n',
    "opentdb": b'{"response_code":0,"results":[{"type":"multiple","category":"Film","question":"Who?","correct_answer":"a",'
    b'"incorrect_answers":["b","c","&quot;d&quot;"]},{"type":"boolean","question":"So?","correct_answer":"True","incorrect_answers":["False"]}]}',
}


@cache
def sound() -> tuple[bytes, ...]:
    """A file or two of every format."""
    rows = [["Which?", "a", "b", "c", None, 20, "1,3"], ["Zwölf?", 12, 13, True, None, 30, 2]]
    made = [write(quiz, format) for quiz in list(samples())[:2] for format in EXPORT_FORMATS]
    return (*made, *_TEXTS.values(), kahoot(*rows), classquiz("T", "D", *rows))


def mutant(rng: random.Random) -> bytes:
    """One of the sound files with one to six accidents; of workbooks also in the documents that they hold."""
    data = rng.choice(sound())
    if data.startswith(b"PK") and rng.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = rng.choice([*parts, *["xl/worksheets/sheet1.xml"] * 6])
        parts[name] = _hurt(parts[name], rng)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return file.getvalue()
    return _hurt(data, rng)


def _hurt(data: bytes, rng: random.Random) -> bytes:
    hurt = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at, other = rng.randint(0, len(hurt)), rng.randint(0, len(hurt))
        length = rng.choice([1, 1, 2, 8, 60, 500])
        match rng.randrange(6):
            case 0:
                hurt[at : at + length] = rng.randbytes(rng.choice([0, 1, length]))
            case 1:
                hurt[at:at] = rng.choice(_TRICKY)
            case 2:
                hurt[at : at + length] = rng.choice(_TRICKY)
            case 3:
                hurt[at:at] = hurt[other : other + length] * rng.choice([1, 2, 50])
            case 4:
                del hurt[at : at + length]
            case _ if rng.random() < 0.2:
                del hurt[at:]
    return bytes(hurt)


def check(data: bytes, format: str) -> None:
    """Reads a file; raises AssertionError unless that gives a quiz, or says where and why not."""
    result = read(data, "mutant", format)
    assert result.quiz is not None or result.problems
    assert len(result.places) == (len(result.quiz.questions) if result.quiz else 0)
    for problem in [*result.problems, *result.notes]:
        assert problem.place
        assert problem.reason
        assert len(str(problem)) < 600
        str(problem).encode()


def mutants(seed: int, count: int) -> Iterator[tuple[bytes, str]]:
    """Files and the format each is said to be in, most often none."""
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        yield mutant(rng), rng.choice(["auto", "auto", "auto", rng.choice(IMPORT_FORMATS)])


def main(seed: int, count: int) -> None:
    """Reads the files; ends with status 0 if none of them does harm."""
    sound()
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + MAX_BYTES, -1))
    for number, (data, format) in enumerate(mutants(seed, count)):
        signal.alarm(MAX_SECONDS)  # ends the process
        try:
            check(data, format)
        except BaseException as error:
            print(f"file {number} of seed {seed}, read as {format}: {type(error).__name__}: {error}")
            raise
    print(f"{count} files")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

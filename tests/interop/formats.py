"""Exports in programs of others: `python -m tests.interop.formats GIFT_FOLDER`. Exit status 1 where one reads something else.

LibreOffice opens workbooks and CSV, shows what is in their cells, and saves workbooks anew, which are imported again;
gift-pegjs reads GIFT.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quiz.content.formats import read, write
from quiz.content.samples import samples
from quiz.domain.question import Question
from quiz.domain.quiz import Quiz, quiz

#: Text, UTF-8, comma, every cell as it is shown, formulas as their results.
_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
#: Of a CSV file: comma, quotation marks, UTF-8.
_FROM_CSV = "CSV:44,34,76,1"
_HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    '=HYPERLINK("http://127.0.0.1")',
    "'=1+1",
    "#N/A",
    "1/2",
    "007",
    "TRUE",
    "_x0041_",
]
_HOSTILE += [
    "{a} ~ = # : \\ %50% [html] -> ::b::",
    "// no comment",
    "[plain]",
    "$CATEGORY: x",
    "1 < 2 & 3 > 2",
    "“Größe” 词汇 🦊 עברית",
    'a "b", c;\td',
]


def hostile() -> Quiz:
    """A quiz of texts that formats give a meaning to."""
    # Moodle takes -> in a choice for text, gift-pegjs doesn't.
    answers = {text: text.replace("-> ", "") for text in _HOSTILE}
    correct = {"single": 0, "multiple": [0, 2], "true_false": True, "number": -2.5}
    questions = [
        {"type": kind, "text": text, "choices": [answer, "b", "c"], "correct": correct.get(kind, [answer]), "explanation": text}
        for text, answer in answers.items()
        for kind in (*correct, "text")
    ]
    made, problems = quiz({"questions": questions}, map(str, range(len(questions))), "Hostile")
    assert made
    assert not problems
    return made


class Office:
    """LibreOffice with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def converted(self, file: Path, to: str, *options: str) -> Path:
        """The file in another format."""
        out = self._folder / "converted" / file.suffix[1:]
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", *options, "--convert-to", to, "--outdir", str(out), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        made = out / f"{file.stem}.{to.partition(':')[0]}"
        assert made.exists(), done.stdout + done.stderr
        return made


def rows(file: Path) -> list[list[str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


def workbooks(office: Office, folder: Path, made: Quiz) -> Iterator[str]:
    """What differs in LibreOffice."""
    for format in ("xlsx", "kahoot"):
        file = folder / f"{made.slug}-{format}.xlsx"
        file.write_bytes(write(made, format))
        ours = read(file.read_bytes(), "x").quiz
        assert ours
        column = 0 if format == "xlsx" else 1
        shown = [row[column] for row in rows(office.converted(file, _AS_CSV)) if len(row) > column and row[column]]
        texts = [one.text for one in ours.questions]
        if shown[-len(texts) :] != texts:
            yield f"{file.name}: LibreOffice shows other texts: {differing(shown[-len(texts) :], texts)}"
        saved = office.converted(file, "xlsx").read_bytes()
        again = read(saved, "x")
        if again.format != format or again.problems or not again.quiz or again.quiz.questions != ours.questions:
            yield f"{file.name}: saved by LibreOffice it is another quiz: {[*map(str, again.problems)][:3]}"


def tables(office: Office, folder: Path, made: Quiz) -> Iterator[str]:
    """What LibreOffice would run of a CSV file."""
    file = folder / f"{made.slug}.csv"
    file.write_bytes(write(made, "csv"))
    written = [row[0] for row in rows(file)]
    shown = [row[0] for row in rows(office.converted(file, _AS_CSV, f"--infilter={_FROM_CSV}"))]
    # CSV can't say that 1/2 is no date.
    other = [(one, two) for one, two in zip(written, shown, strict=True) if one != two and one not in ("1/2", "007")]
    if other:
        yield f"{file.name}: LibreOffice shows other texts: {other[:3]}"


def differing(found: list[str], wanted: list[str]) -> list[tuple[str, str]]:
    """The first texts that differ."""
    return [(one, two) for one, two in zip(found, wanted, strict=False) if one != two][:3]


def gift(reader: Path, folder: Path, made: Quiz) -> Iterator[str]:
    """What differs in another reader of GIFT."""
    file = folder / f"{made.slug}.gift"
    file.write_bytes(write(made, "gift"))
    ours = read(file.read_bytes(), "x", "gift").quiz
    assert ours
    command = ["node", str(Path(__file__).with_name("gift.mjs")), str(reader), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        yield f"{file.name}: is no GIFT to gift-pegjs: {done.stderr[-500:]}"
        return
    theirs = [one for one in json.loads(done.stdout) if one["type"] != "Category"]
    if len(theirs) != len(ours.questions):
        yield f"{file.name}: gift-pegjs finds {len(theirs)} questions, not {len(ours.questions)}"
    for question, other in zip(ours.questions, theirs, strict=False):
        if _as_gift(question) != (told := _told(other)):
            yield f"{file.name}: gift-pegjs reads {told}, not {_as_gift(question)}"


def _as_gift(question: Question) -> tuple[Any, ...]:
    about = (question.text, question.explanation)
    match question.type:
        case "true_false":
            return (*about, "TF", question.correct)
        case "number":
            return (*about, "Numerical", float(question.correct), question.tolerance)
        case "text":
            return (*about, "Short", list(question.correct))
    right = [question.correct] if question.type == "single" else list(question.correct)
    return (*about, "MC", [(choice.text, choice.id in right) for choice in question.choices])


def _told(other: dict[str, Any]) -> tuple[Any, ...]:
    feedback = other["globalFeedback"]
    about = (other["stem"]["text"], feedback["text"] if feedback else None)
    match other["type"]:
        case "TF":
            return (*about, "TF", other["isTrue"])
        case "Numerical":
            return (*about, "Numerical", float(other["choices"]["number"]), float(other["choices"].get("range", 0)))
        case "Short":
            return (*about, "Short", [choice["text"]["text"] for choice in other["choices"]])
    choices = [(choice["text"]["text"], choice["isCorrect"] or (choice["weight"] or 0) > 0) for choice in other["choices"]]
    return (*about, other["type"], choices)


def main(reader: str) -> int:
    """Prints what differs; the exit status."""
    quizzes = [*samples(), hostile()]
    with tempfile.TemporaryDirectory(prefix="quiz-interop-") as name:
        folder = Path(name)
        office = Office(folder)
        found = [
            line
            for made in quizzes
            for lines in (
                workbooks(office, folder, made),
                tables(office, folder, made),
                gift(Path(reader).resolve(), folder, made),
            )
            for line in lines
        ]
    print("\n".join(found) if found else f"{len(quizzes)} quizzes in LibreOffice and gift-pegjs: as they were written")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

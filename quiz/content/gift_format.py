"""Moodle's GIFT; a question's place is the line on which it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from quiz.content import gift_text, table
from quiz.content.imports import Draft, Import
from quiz.content.source import Source
from quiz.domain.errors import ContentError
from quiz.domain.question import DEFAULT_TIME_LIMIT_S, Question
from quiz.domain.quiz import Problem, Quiz

GAP = "_____"
#: More than any kind of question may have.
MAX_ANSWERS = 100

_BREAKS = re.compile(r"\r\n|\r|\n")
_CATEGORY = re.compile(r"\$CATEGORY:(.*)", re.IGNORECASE)
_ID = re.compile(r"\[id:((?:\\\]|[^\[\]\x00-\x1f]){1,200})\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\[\]\x00-\x1f]){1,200})\]")
_PATH = re.compile(r"(?<!/)/(?!/)")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
#: What in a text file shows that it is GIFT: answers in braces.
_ANSWERS = re.compile(r"(?<!\\)\{\s*(?:[=~#}]|(?i:T|F|TRUE|FALSE)\s*[#}])")
_TRUE_FALSE = {"T": True, "TRUE": True, "F": False, "FALSE": False}


class _Block(NamedTuple):
    """The lines of a question without comments, the number of the first, and the id that a comment gives it."""

    line: int
    text: str
    id: str | None


class _Answer(NamedTuple):
    """One answer: what stood before it (`=`, `~` or nothing), its weight in percent if it has one, and what is left."""

    sign: str
    weight: float | None
    text: str


def recognises(source: Source) -> bool:
    """Whether there are answers in braces."""
    return not source.is_workbook and _ANSWERS.search(source.text) is not None


def read(source: Source, fallback_title: str) -> Import:
    """The quiz in a GIFT file."""
    draft = Draft()
    told: dict[str, tuple[int, int]] = {}

    def note(line: int, reason: str) -> None:
        first, count = told.get(reason, (line, 0))
        told[reason] = (first, count + 1)

    for block in _blocks(source.text, draft):
        draft.add(f"line {block.line}", partial(_question, block, partial(note, block.line)))
        if draft.full:
            break
    for reason, (line, count) in told.items():
        draft.note(f"line {line}", reason + (f" ({count} times in this file)" if count > 1 else ""))
    return draft.imported(fallback_title)


def _blocks(text: str, draft: Draft) -> Iterator[_Block]:
    """Questions, which empty lines part; the draft gets categories and tags."""
    lines: list[str] = []
    first, name = 0, None
    for number, line in enumerate([*_BREAKS.split(text), ""], 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            if found := _ID.search(stripped):
                name = found[1].replace("\\]", "]").strip()
            for tag in _TAG.findall(stripped):
                draft.tag(f"line {number}", tag.replace("\\]", "]"))
        elif not lines and (category := _CATEGORY.fullmatch(stripped)):
            # The last of a path; two slashes are one in a name.
            draft.tag(f"line {number}", _PATH.split(category[1])[-1].replace("//", "/"))
        elif stripped:
            first = first if lines else number
            lines.append(line)
        elif lines:
            yield _Block(first, "\n".join(lines), name)
            lines, name = [], None


def _question(block: _Block, note: Any) -> dict[str, Any]:
    text = block.text.strip()
    if text.startswith("::") and (end := text.find("::", 2)) > 0:
        text = text[end + 2 :].strip()
        note("the title of a question (::…::) has no counterpart and is left out")
    start = gift_text.find(text, "{")
    end = gift_text.find(text, "}", start + 1) if start >= 0 else -1
    if start < 0:
        raise ContentError(
            "a } has no { before it" if gift_text.find(text, "}") >= 0 else "is a description: it has no answers in braces {}"
        )
    if end < 0:
        raise ContentError("the { of its answers is not closed by a } before the next empty line")
    before, inside, behind = text[:start], text[start + 1 : end].strip(), text[end + 1 :]
    if gift_text.find(behind, "{") >= 0:
        raise ContentError("has answers in braces {} twice; one gap is possible")
    shown, default = _shown(before, behind, note)
    inside, explanation = _feedback(inside, default)
    made = {"id": block.id, **shown, "explanation": explanation}
    try:
        return made | _answered(inside, default, note)
    except ContentError as error:
        error.understood = error.understood or made
        raise


def _shown(before: str, behind: str, note: Any) -> tuple[dict[str, Any], str]:
    """The text of a question, and its image if it has one; and the text's format."""
    whole = before + (GAP + behind if behind.strip() else "")
    default, _ = gift_text.format_of(whole)
    text, images = gift_text.plain(whole)
    fit = [address for address in images if address.startswith(("https://", "http://"))]
    if len(images) > len(fit[:1]):
        note("a picture that is not in the file, or one of several, is left out")
    return {"text": text, "image": fit[0] if fit else None}, default


def _feedback(inside: str, default: str) -> tuple[str, str | None]:
    """The answers without the feedback on the whole question, and that feedback."""
    at = inside.rfind("####")
    if at < 0 or (at and inside[at - 1] == "\\"):
        return inside, None
    return inside[:at].strip(), gift_text.plain(inside[at + 4 :], default)[0] or None


def _answered(inside: str, default: str, note: Any) -> dict[str, Any]:
    if not inside:
        raise ContentError("is an essay: it has no answers between its braces, and essays have no counterpart")
    word = inside[: at if (at := gift_text.find(inside, "#")) >= 0 else None].strip()
    if word.upper() in _TRUE_FALSE:
        if at >= 0:
            note(_SINGLE_FEEDBACK)
        return {"type": "true_false", "correct": _TRUE_FALSE[word.upper()]}
    if inside.startswith("#"):
        return _numerical(_answers(inside[1:], note), default, note)
    answers = _answers(inside, note)
    if any(answer.sign == "~" for answer in answers):
        return _choice(answers, default, note)
    if any("->" in answer.text for answer in answers):
        raise ContentError("is a question of matching (->), which has no counterpart")
    return {"type": "text", "correct": [gift_text.plain(answer.text, default)[0] for answer in _full(answers, note)]}


_SINGLE_FEEDBACK = "feedback on single answers (#) has no counterpart and is left out"


def _answers(inside: str, note: Any) -> list[_Answer]:
    """The answers, without feedback on them."""
    found: list[_Answer] = []
    for sign, part in gift_text.parted(inside, "=~"):
        text = part.strip()
        if not sign and not text:
            continue
        if len(found) >= MAX_ANSWERS:
            raise ContentError(f"has more than {MAX_ANSWERS} answers")
        weight = _WEIGHT.match(text)
        text = text[weight.end() :] if weight else text
        feedback = gift_text.find(text, "#")
        if feedback >= 0:
            if text[feedback + 1 :].strip():
                note(_SINGLE_FEEDBACK)
            text = text[:feedback]
        found.append(_Answer(sign, float(weight[1]) if weight else None, text.strip()))
    return found


def _full(answers: list[_Answer], note: Any) -> list[_Answer]:
    """Those that are wholly right, or, if none is, those that are worth something."""
    full = [answer for answer in answers if answer.weight is None or answer.weight >= 100]
    some = [answer for answer in answers if answer.weight is None or answer.weight > 0]
    if full and len(some) > len(full):
        note("an answer that is partly right counts as wrong")
    return full or some


def _choice(answers: list[_Answer], default: str, note: Any) -> dict[str, Any]:
    right = [at for at, answer in enumerate(answers) if answer.sign != "~"]
    several = len(right) > 1
    if not right:
        right, several = [at for at, answer in enumerate(answers) if (answer.weight or 0) > 0], True
    elif any((answer.weight or 0) > 0 for answer in answers if answer.sign == "~"):
        note("an answer that is partly right counts as wrong")
    if not right:
        raise ContentError("correct: no answer is marked as right by = or a weight such as %50%")
    choices = []
    for answer in answers:
        text, images = gift_text.plain(answer.text, default)
        fit = [address for address in images if address.startswith(("https://", "http://"))]
        if len(images) > len(fit[:1]):
            note("a picture that is not in the file, or one of several, is left out")
        choices.append({"text": text, "image": fit[0] if fit else None})
    return {"type": "multiple" if several else "single", "choices": choices, "correct": right}


def _numerical(answers: list[_Answer], default: str, note: Any) -> dict[str, Any]:
    full = _full([answer for answer in answers if answer.sign != "~" and answer.text], note)
    if not full:
        raise ContentError("correct: there is no number behind {#")
    if len(full) > 1:
        raise ContentError(f"correct: {len(full)} numbers are right, one with a tolerance is possible")
    text = gift_text.plain(full[0].text, default)[0]
    if ".." in text:
        least, _, most = text.partition("..")
        low, high = _decimal(least), _decimal(most)
        if low > high:
            raise ContentError(f"correct: the range {text[:50]!r} ends before it begins")
        return {"type": "number", "correct": _number((low + high) / 2), "tolerance": _number((high - low) / 2)}
    number, _, tolerance = text.partition(":")
    return {"type": "number", "correct": _number(_decimal(number)), "tolerance": _number(_decimal(tolerance or "0"))}


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text.strip()):
        raise ContentError(f"correct: {text.strip()[:50]!r} is no number; decimals stand behind a point, as in 2.5")
    return Decimal(text.strip())


def _number(number: Decimal) -> int | float:
    # Beyond this nothing is allowed anyway, and an integer of thousands of digits takes long.
    return int(number) if abs(number) < 10**20 and number == number.to_integral_value() else float(number)


def write(quiz: Quiz) -> bytes:
    """The questions that GIFT has types for."""
    parts: list[str] = []
    for number, (question, name) in enumerate(_kept(quiz), 1):
        comment = f"// [id:{name.replace(']', chr(92) + ']')}]\n" if name != f"q{number}" else ""
        explanation = f"\t####{gift_text.written(question.explanation)}\n" if question.explanation else ""
        parts.append(f"{comment}{gift_text.written(question.text)} {{{_inside(question)}\n{explanation}}}\n")
    return "\n".join(parts).encode()


def _kept(quiz: Quiz) -> list[tuple[Question, str]]:
    """The questions that can be written, each with the id that it has in the file."""
    kept = [question for question in quiz.questions if not _reason(question)]
    taken = {question.id for question in kept}
    named = []
    for number, question in enumerate(kept, 1):
        name = question.id
        if not name.isprintable() or {"\\", "["} & set(name):
            # Comments can't hold it. What it gets instead may be another's.
            name = f"q{number}"
            while name in taken:
                name += "-"
            taken.add(name)
        named.append((question, name))
    return named


def _inside(question: Question) -> str:
    match question.type:
        case "true_false":
            return "TRUE" if question.correct else "FALSE"
        case "number":
            return f"#{_written(question.correct)}:{_written(question.tolerance)}"
        case "text":
            return "".join(f"\n\t={gift_text.written(spelling)}" for spelling in question.correct)
        case "single":
            signs = {question.correct: "="}
        case _:
            # The shares that Moodle knows have five decimals at most.
            signs = dict.fromkeys(question.correct, f"~%{f'{100 / len(question.correct):.5f}'.rstrip('0').rstrip('.')}%")
    return "".join(f"\n\t{signs.get(choice.id, '~')}{gift_text.written(choice.text)}" for choice in question.choices)


def _written(number: float) -> str:
    return format(Decimal(repr(number)), "f")


def left_out(quiz: Quiz) -> list[Problem]:
    """What of a quiz its GIFT file doesn't hold."""
    told = table.left_out(quiz)
    names = {question.id: name for question, name in _kept(quiz)}
    for question in quiz.questions:
        lost = _lost(question, names[question.id]) if question.id in names else [_reason(question)]
        told += [Problem(f"question {question.id}", one) for one in lost]
    return told


def _reason(question: Question) -> str:
    """Why a question can't be written at all, empty if it can."""
    if question.type in ("order", "poll"):
        return f"is left out: there is no type {question.type}"
    if question.type == "text" and any("->" in spelling for spelling in question.correct):
        return "is left out: -> in an answer would make it a question of matching"
    return ""


def _lost(question: Question, name: str) -> list[str]:
    texts = [question.text, question.explanation or "", *(choice.text for choice in question.choices)]
    lost = {
        f"time_limit: becomes {DEFAULT_TIME_LIMIT_S:g} s": question.time_limit != DEFAULT_TIME_LIMIT_S,
        "points: there is no place for them": question.points is not None,
        "tolerance: there is no place for it": question.tolerance != 0 and question.type != "number",
        "image: there is no place for it": question.image is not None,
        "image_alt: there is no place for it": question.image_alt is not None,
        "images of choices: there is no place for them": any(choice.image for choice in question.choices),
        f"id: becomes {name}": question.id != name,
        "line breaks become those of one system": any("\r" in text for text in texts),
    }
    return [words for words, is_lost in lost.items() if is_lost]

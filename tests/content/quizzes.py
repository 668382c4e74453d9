"""Any sound quiz, for property tests. Texts are of all kinds that content may hold, those that break formats often among them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from quiz.domain.quiz import Quiz, quiz

#: What CSV, JSON, spreadsheets and the `|` of lists give a meaning to.
_TRICKY = st.lists(
    st.sampled_from([*"'=+-@|\\\",;\t\n\r {}[]0:#", "\r\n", "é", "\ufeff", "\u2028", "\x0b", "\x1c", "\x85", "🦊"]), max_size=8
)
_TEXT = (st.text(max_size=20) | _TRICKY.map("".join)).filter(lambda text: text.strip() and "\0" not in text)
_OPTIONAL = st.none() | _TEXT
#: A colon may end a scheme that no picture has.
_IMAGE = st.none() | _TEXT.map(lambda text: text.replace(":", "/"))
_NUMBER = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15)


@st.composite
def _questions(draw: st.DrawFn, number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(["single", "multiple", "true_false", "text", "number", "order", "poll"]))
    choice = _TEXT | st.fixed_dictionaries({"text": _TEXT, "image": _IMAGE})
    choices = draw(st.lists(choice, min_size=2, max_size=8))
    ids = st.integers(0, len(choices) - 1)
    correct: dict[str, st.SearchStrategy[Any]] = {
        "single": ids,
        "multiple": st.lists(ids, min_size=1, unique=True),
        "true_false": st.booleans(),
        # Of spellings those that an answer can equal.
        "text": st.lists(
            st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8) | _BARS, min_size=1, max_size=4
        ),
        "number": _NUMBER,
        "order": st.none() | st.permutations(range(len(choices))),
        "poll": st.none(),
    }
    return {
        "id": draw(st.none() | _TEXT.map(lambda text: f"{text[:50]}-{number}")),
        "type": kind,
        "text": draw(_TEXT),
        "choices": choices,
        "correct": draw(correct[kind]),
        "tolerance": draw(st.just(0) | st.floats(0, 1e15)),
        "time_limit": draw(st.integers(1, 3600) | st.floats(1, 3600)),
        "points": draw(st.none() | st.integers(0, 10_000)),
        "explanation": draw(_OPTIONAL),
        "image": draw(_IMAGE),
    }


_BARS = st.text("|\\'=a ", min_size=1, max_size=6).filter(str.strip)


@st.composite
def quizzes(draw: st.DrawFn) -> Quiz:
    """A quiz made by the domain's own rules."""
    count = draw(st.integers(1, 4))
    raw = {
        "title": draw(_TEXT),
        "description": draw(_OPTIONAL),
        "language": draw(st.none() | st.just("en")),
        "questions": [draw(_questions(number)) for number in range(count)],
    }
    made, problems = quiz(raw, [f"question {number + 1}" for number in range(count)], "fallback")
    assert made is not None, problems
    assert not problems
    return made

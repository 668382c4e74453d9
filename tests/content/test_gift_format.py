"""Moodle's GIFT: what its makers document, as their own programs write it."""

from __future__ import annotations

from typing import Any

import pytest

from quiz.content.formats import left_out, read, write
from quiz.content.imports import Import
from quiz.domain.question import Question
from quiz.domain.quiz import quiz

from .reading import detected, sound


def imported(text: str) -> Import:
    return detected(text, "Tombs.txt", "gift")


def questions(text: str) -> tuple[Question, ...]:
    return sound(imported(text))


def notes(text: str) -> list[str]:
    return [str(note) for note in imported(text).notes]


@pytest.mark.parametrize(
    ("text", "kind", "correct", "choices"),
    [
        ("Who?{~Grant ~Jefferson =no one}", "single", 2, ["Grant", "Jefferson", "no one"]),
        ("Who?{=no one#right! ~Grant#wrong}", "single", 0, ["no one", "Grant"]),
        ("Who?{\n~%50%Grant\n~%50%his wife\n~%-100%nobody\n}", "multiple", (0, 1), ["Grant", "his wife", "nobody"]),
        ("Who?{~%33.33333%a ~%33.33333%b ~%33.33333%c ~d}", "multiple", (0, 1, 2), ["a", "b", "c", "d"]),
        ("Who?{~%100%a ~b}", "multiple", (0,), ["a", "b"]),
        ("Who?{=a =b ~c}", "multiple", (0, 1), ["a", "b", "c"]),
        ("Who?{~wrong ~%50%half =full}", "single", 2, ["wrong", "half", "full"]),
        ("Who?{=no one =nobody}", "text", ("no one", "nobody"), []),
        ("Who?{=%100%no one#good =%50%none}", "text", ("no one",), []),
        ("Who?{=no one}", "text", ("no one",), []),
        ("Sun?{T}", "true_false", True, []),
        ("Sun?{ TRUE #no#yes}", "true_false", True, []),
        ("Sun?{FALSE}", "true_false", False, []),
        ("Sun?{f}", "true_false", False, []),
        ("When?{#1822}", "number", 1822, []),
        ("When?{#1822:5}", "number", 1822, []),
        ("Pi?{#3.141..3.142}", "number", 3.1415, []),
        ("When?{#\n=1822:0 #yes\n=%50%1822:2 #close\n~#no\n}", "number", 1822, []),
        ("Cold?{#-5..-3}", "number", -4, []),
    ],
)
def test_each_kind_of_question_is_read(text: str, kind: str, correct: Any, choices: list[str]) -> None:
    """Choices, several with weights, spellings, truth and numbers."""
    (one,) = questions(text)
    assert (one.type, one.correct, [choice.text for choice in one.choices]) == (kind, correct, choices)


@pytest.mark.parametrize(("answer", "tolerance"), [("#5", 0), ("#5:0.5", 0.5), ("#4.5..5.5", 0.5), ("#=5:2", 2)])
def test_tolerances_are_read(answer: str, tolerance: float) -> None:
    """After a colon, or as half the span of a range."""
    (one,) = questions(f"How many?{{{answer}}}")
    assert (one.correct, one.tolerance) == (5, tolerance)


def test_a_gap_stays_where_the_answers_were() -> None:
    """The missing word; nothing is put in where the answers come last."""
    first, second = questions("Grant is {~buried =entombed} in a tomb.\n\nThe moon is made of {=rock}\n")
    assert (first.text, second.text) == ("Grant is _____ in a tomb.", "The moon is made of")


def test_whatever_stands_behind_a_backslash_means_itself() -> None:
    r"""`\~ \= \# \{ \} \: \\`, and `\n` is a line break."""
    (one,) = questions(r"Which \{one\}\: \#1\n2\\3? { ~ \= 2 + 2 = \~\# }")
    assert one.text == "Which {one}: #1\n2\\3?"
    assert [choice.text for choice in one.choices] == ["= 2 + 2", "~#"]


def test_comments_titles_categories_and_feedback_are_no_part_of_the_text() -> None:
    """Comments anywhere, titles of which one has a colon, the feedback on all of a question is its explanation."""
    text = r"""
// question: 1  name: x
// [id:tomb\]1] [tag:history]
::Grant\: tomb::Who is
// really
buried? {=no one#right
   ~Grant#wrong
   ####Nobody is \: they are entombed. }

$CATEGORY: $course$/top/History

::Two::What?{T}
"""
    first, second = questions(text)
    assert (first.id, first.text, first.explanation) == ("tomb]1", "Who is\nburied?", "Nobody is : they are entombed.")
    assert (second.id, second.text, second.explanation) == ("q2", "What?", None)
    told = notes(text)
    assert any("title of a question" in note and "2 times" in note for note in told)
    assert any("feedback on single answers" in note for note in told)


def test_categories_and_tags_are_the_quizzes() -> None:
    """Of a category the last of its path; those that a quiz has no room for are told."""
    text = "$CATEGORY: $course$/top/Rivers // Lakes/Black//White\n\n// [tag:a] [tag:" + "b" * 41 + "]\nQ?{T}\n"
    result = imported(text)
    assert result.quiz
    told = [str(note) for note in result.notes]
    assert any("tag" in note for note in told)
    assert result.quiz.tags == ("Black/White", "a")
    assert told == [f"line 3: the tag {'b' * 41!r} is left out"]


def test_formats_are_told_and_html_becomes_text() -> None:
    """Also for answers, which have the question's format unless they name their own; a picture on the web is the question's."""
    text = "[html]<p>Is 1 &lt; 2<br>or&nbsp;<b>not</b>?</p><img src='https\\://example.org/a.png'>{=<i>yes</i> ~[plain]<i>no</i>}"
    (one,) = questions(text)
    assert (one.text, one.image) == ("Is 1 < 2\nor not?", "https://example.org/a.png")
    assert [choice.text for choice in one.choices] == ["yes", "<i>no</i>"]
    assert [q.text for q in questions("[markdown]**Bold**?{T}\n\n[moodle]1 < 2?{T}\n\n[unknown]x?{T}")] == [
        "**Bold**?",
        "1 < 2?",
        "[unknown]x?",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Match {=a -> b =c -> d}", "is a question of matching"),
        ("Write {}", "is an essay"),
        ("Write {####Explained}", "is an essay"),
        ("Just a text", "is a description"),
        ("Who? {=a", "the { of its answers is not closed"),
        ("Who? {=a\n\n~b}", "the { of its answers is not closed"),
        ("Who? =a}", "a } has no { before it"),
        ("Who {=a} and {=b}?", "has answers in braces {} twice"),
        ("Who? {~a ~b}", "correct: no answer is marked as right"),
        ("Who? {~a =}", "choice 2: is missing"),
        ("Who? {=a ~}", "choice 2: is missing"),
        ("Who? {=a ~" + "b" * 301 + "}", "choice 2: has 301 characters"),
        ("How many? {#}", "correct: there is no number"),
        ("How many? {#three}", "correct: 'three' is no number"),
        ("How many? {#3,5}", "correct: '3,5' is no number"),
        ("How many? {#5..3}", "correct: the range '5..3' ends before it begins"),
        ("How many? {#=4 =5}", "correct: 2 numbers are right"),
        ("How many? {#1e999}", "correct: must be between"),
        ("{=a}", "text: is missing"),
        ("A?{~1 ~2 ~3 ~4 ~5 ~6 ~7 ~8 =9}", "choices: a question of type single has 2 to 8"),
    ],
)
def test_what_has_no_counterpart_or_is_broken_is_told(text: str, reason: str) -> None:
    """By the line on which the question begins, and the others are read."""
    result = read(f"// c\nFine? {{T}}\n\n{text}\n\nFine too? {{F}}\n".encode(), "g.txt", "gift")
    assert result.problems
    assert str(result.problems[0]).startswith(f"line 4: {reason}")
    assert result.places[0] == "line 2"
    assert result.places[-1] == f"line {6 + text.count(chr(10))}"


@pytest.mark.parametrize("answers", ["{}", "{=a -> b =c -> d}", "{~a ~b ####Because}"])
def test_of_a_question_without_counterpart_its_text_is_kept_for_who_corrects_it(answers: str) -> None:
    """So that it need not be looked up in the file."""
    (problem,) = imported(f"// c\n::T::[html]<p>What <b>for</b>?</p>{answers}\n\nFine? {{T}}\n").problems
    assert problem.question is not None
    assert problem.question["text"] == "What for?"
    assert problem.question["explanation"] == ("Because" if "#" in answers else None)


def test_what_is_written_is_what_moodle_reads() -> None:
    """Each kind of question in Moodle's own shape, with what means something escaped."""
    source = r"""// [id:own]
Which\: a\=b? {
	~\{x\}
	=y
	####Because\n\#1
}

Both? {
	~%50%a
	~%50%b
	~c
}

Right? {TRUE
}

How many? {#2.5:0.25
}

Colour? {
	=grey
	=[plain]%50%
}
"""
    made = imported(source).quiz
    assert made
    assert write(made, "gift").decode() == source


def test_an_id_that_no_comment_can_hold_gets_one_that_is_no_others() -> None:
    """Also where a question before it was left out."""
    raw = [
        {"id": "q1", "type": "poll", "text": "P", "choices": ["a", "b"]},
        {"id": "q2", "type": "true_false", "text": "A", "correct": True},
        {"id": "[x]", "type": "true_false", "text": "B", "correct": True},
    ]
    made, _ = quiz({"questions": raw}, ["1", "2", "3"], "T")
    assert made
    again = read(write(made, "gift"), "T", "gift").quiz
    assert again
    assert [one.id for one in again.questions] == ["q2", "q2-"]
    told = [str(one) for one in left_out(made, "gift") if "id" in one.reason]
    assert told == ["question [x]: id: becomes q2-"]

"""Anki's plain text: lists of words become quizzes."""

from __future__ import annotations

import pytest

from quiz.content.imports import Import
from quiz.domain.question import Question

from .reading import detected, sound

HEADER = "#separator:tab\n#html:true\n"
WORDS = "Hund\tdog\nKatze\tcat\nKuh\tcow\nPferd\thorse\nEnte\tduck\n"


def imported(text: str, name: str = "Animals.txt") -> Import:
    return detected(text, name, "anki")


def questions(text: str) -> tuple[Question, ...]:
    return sound(imported(text))


def right(one: Question) -> str:
    return one.choices[one.correct].text if one.choices else one.correct[0]


@pytest.mark.parametrize("header", ["", HEADER, "#separator:Tab\n#notetype:Basic\n#columns:Front\tBack\n"])
def test_a_list_of_words_becomes_a_quiz(header: str) -> None:
    """Each word asks for its meaning among three others of the list, in the same order at each import."""
    found = questions(header + WORDS)
    assert [(one.text, one.type, right(one)) for one in found][:2] == [("Hund", "single", "dog"), ("Katze", "single", "cat")]
    meanings = {"dog", "cat", "cow", "horse", "duck"}
    for one in found:
        texts = [choice.text for choice in one.choices]
        assert len(set(texts)) == 4
        assert set(texts) <= meanings
    assert len({one.correct for one in found}) > 1
    assert questions(header + WORDS) == found


def test_another_meaning_of_the_same_word_is_no_wrong_answer() -> None:
    """Nor is the same meaning written in another way."""
    found = questions(HEADER + "Bank\tbench\nBank\tbank\nUfer\tshore\nbank\tBENCH\nSee\tlake\nMeer\tsea\n")
    for one in (found[0], found[1], found[3]):
        wrong = {choice.text.lower() for choice in one.choices if choice.id != one.correct}
        assert len(wrong) == 3
        assert not {"bench", "bank"} & wrong


def test_a_list_of_one_asks_for_the_word_itself() -> None:
    """There is nothing to choose from."""
    (one,) = questions(HEADER + "Hund\tdog\n")
    assert (one.type, one.correct) == ("text", ("dog",))


def test_columns_aside_are_no_text() -> None:
    """Ids, decks, kinds of notes and tags may stand anywhere; the deck names the quiz."""
    header = "#separator:;\n#html:false\n#deck:Lang::German::Farm\n#guid column:1\n#notetype column:2\n#tags column:5\n"
    result = imported(header + 'x1;Basic;Hund;"a ""dog""; <b>";animal pet\nx2;Basic;"Kuh\n(die)";cow;animal\n')
    assert result.problems == []
    assert result.quiz
    assert result.quiz.title == "Farm"
    assert [(one.text, right(one)) for one in result.quiz.questions] == [("Hund", 'a "dog"; <b>'), ("Kuh\n(die)", "cow")]
    assert result.places == ("line 7", "line 8")
    assert result.quiz.tags == ("animal", "pet")


def test_html_becomes_text_and_what_is_not_in_the_file_is_told() -> None:
    """Line breaks stay, entities are characters, pictures and sounds are in Anki's collection."""
    text = HEADER + "<div>der&nbsp;<b>Hund</b></div>[sound:h.mp3]\tdog<br>(noun) &amp; more\tthird\nKuh\tcow <img src='c.jpg'>\n"
    first, second = questions(text)
    assert (first.text, right(first), right(second)) == ("der Hund", "dog\n(noun) & more", "cow")
    told = " ".join(map(str, imported(text).notes))
    assert "line 3: holds a sound" in told
    assert "line 4: holds a picture" in told
    assert "more than two fields" in told


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Hund", "the second field is missing"),
        ("\tdog", "the first field is missing"),
        ("{{c1::Hund}} is a dog\t", "is a text with gaps"),
        ("Hund\t" + "d" * 301, "choice"),
        ("H" * 1001 + "\tdog", "text: has 1001 characters"),
    ],
)
def test_a_note_that_is_no_pair_is_told(line: str, reason: str) -> None:
    """By its line; the others are read."""
    result = imported(f"{HEADER}Kuh\tcow\n# a remark\n{line}\nEnte\tduck\n")
    (problem,) = result.problems
    assert str(problem).startswith(f"line 5: {reason}")
    assert result.places == ("line 3", "line 6")


@pytest.mark.parametrize("header", ["#separator:nothing\n", "#separator:tab\n#tags column:x\n"])
def test_a_header_that_cant_be_followed_is_told(header: str) -> None:
    """And nothing is guessed."""
    result = imported(header + WORDS)
    assert result.quiz is None
    assert len(result.problems) == 1

from __future__ import annotations

from typing import Any

import pytest

from quiz.content.formats import read
from quiz.content.imports import MAX_BYTES, Import
from quiz.domain.question import Question
from quiz.domain.quiz import MAX_QUESTIONS

from .reading import sound

HEADER = "question,type,choice_1,choice_2,choice_3,correct,tolerance,time_limit,points,explanation,image,id\n"


def imported(text: str | bytes) -> Import:
    return read(text.encode() if isinstance(text, str) else text, "Words.csv", "csv")


def questions(text: str | bytes) -> tuple[Question, ...]:
    return sound(imported(text))


def problems(text: str | bytes) -> list[str]:
    return [str(problem) for problem in imported(text).problems]


@pytest.mark.parametrize(
    ("row", "kind", "correct"),
    [
        ("Q,,a,b,c,2", "single", 1),
        ("Q,single,a,b,c, 3 ", "single", 2),
        ("Q,Multiple,a,b,c,3|1", "multiple", (0, 2)),
        ("Q,multiple,a,b,c,2", "multiple", (1,)),
        ("Q,true_false,,,,TRUE", "true_false", True),
        ("Q,true_false,,,,false", "true_false", False),
        ("Q,text,,,,grey | gray", "text", ("grey", "gray")),
        ("Q,number,,,,42", "number", 42),
        ("Q,number,,,,-2.5", "number", -2.5),
        ("Q,number,,,,'-2.5", "number", -2.5),
        ("Q,number,,,,1e3", "number", 1000),
        ("Q,order,a,b,c,3|1|2", "order", (2, 0, 1)),
        ("Q,poll,a,b,,", "poll", None),
    ],
)
def test_each_type_has_its_own_correct(row: str, kind: str, correct: Any) -> None:
    """Numbers of choices counted from 1, spellings, true or false, a number, or nothing."""
    (one,) = questions(HEADER + row)
    assert (one.type, one.correct) == (kind, correct)


def test_an_order_question_without_correct_is_listed_in_the_right_order() -> None:
    """Its items are held in another order, which `correct` restores."""
    (one,) = questions(HEADER + "Q,order,a,b,c,")
    assert [one.choices[place].text for place in one.correct] == ["a", "b", "c"]


def test_all_columns_are_read() -> None:
    """Every field of the contract has its column; images of choices have theirs beside them."""
    header = HEADER.strip() + ",choice_2_image\n"
    (one,) = questions(header + "Q,number,,,,5,0.5,12.5,2000,Why,q.png,my-id,\n")
    assert (one.tolerance, one.time_limit, one.points, one.explanation, one.image, one.id) == (
        0.5,
        12.5,
        2000,
        "Why",
        "q.png",
        "my-id",
    )
    (two,) = questions(header + "Q,single,a,b,,1,,,,,,,b.png\n")
    assert [choice.image for choice in two.choices] == [None, "b.png"]


def test_the_header_may_be_in_any_order_and_case() -> None:
    """Names are trimmed and compared without case; only question and correct are needed."""
    (one,) = questions(" CORRECT ,choice_2,Choice_1, Question\n1,b,a,Q\n")
    assert (one.text, [choice.text for choice in one.choices], one.correct) == ("Q", ["a", "b"], 0)
    (two,) = questions("correct,question,type\ntrue,Q,true_false\n")
    assert two.correct is True


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_files_of_all_spreadsheets_are_read(delimiter: str, end: str, bom: str) -> None:
    """Commas, semicolons or tabs, any system's line ends, with a byte order mark or without."""
    rows = [["question", "choice_1", "choice_2", "correct"], ["Q, or; not?", "a", "b", "2"], ["R", "c", "d", "1"]]
    text = end.join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    first, second = questions(bom + text)
    assert (first.text, first.correct, second.id) == ("Q, or; not?", 1, "q2")


def test_the_delimiter_is_the_headers() -> None:
    """Other delimiters in the texts, however many, do not make it another one."""
    (one,) = questions("question;type;correct\nRed, green, blue, or, well, pink?;text;pink\n")
    assert one.text == "Red, green, blue, or, well, pink?"


def test_quoted_cells_hold_anything() -> None:
    """Delimiters, quotation marks and line breaks in quotation marks belong to the text."""
    (one,) = questions('question,type,correct\n"One, ""two""\nand three",text,"a, b"\n')
    assert (one.text, one.correct) == ('One, "two"\nand three', ("a, b",))


def test_lines_are_the_physical_lines_of_the_file() -> None:
    """A row is named by its first line, however many line breaks and empty lines come before it."""
    text = 'question,type,correct\n\n"Two\nlines",text,a\n,,\n"No\nanswer",text,\n\nR,text,b\nS,sinlge,b\n'
    assert problems(text) == [
        "line 6: correct: is missing",
        "line 10: type: 'sinlge' is none of single, multiple, true_false, text, number, order, poll",
    ]


def test_sound_rows_are_kept_beside_unsound_ones() -> None:
    """The quiz has the sound questions with the numbers of their rows; empty rows have none."""
    result = imported("question,type,correct\nA,text,a\n , ,\nB,text,\nC,text,c\n")
    assert result.quiz is not None
    assert [(one.id, one.text) for one in result.quiz.questions] == [("q1", "A"), ("q3", "C")]
    assert len(result.problems) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("question,type\nQ,poll\n", ["line 1: there is no column correct"]),
        ("Text,correct\nQ,1\n", ["line 1: there is no column question"]),
        ("hello\n", ["line 1: there is no column question and no column correct"]),
        ("", ["file: is empty"]),
        ("\ufeff\n\n", ["file: is empty"]),
        ("question,correct,type\n", ["file: holds no question"]),
        ('question,"correct\nQ,1\n', ["line 1: "]),
    ],
)
def test_without_the_required_columns_there_is_one_problem(text: str, told: list[str]) -> None:
    """It names what is missing, and no row is complained about on top."""
    assert imported(text).quiz is None
    found = problems(text)
    assert len(found) == 1
    assert found[0].startswith(told[0])


def test_columns_that_nobody_knows_are_told() -> None:
    """A mistyped or doubled column is not lost without a word; one without a name and content is nothing."""
    result = imported("question,type,correct,time limit,correct,\nQ,text,a,30,b,\n")
    assert [str(problem) for problem in result.problems] == [
        "line 1: there is no such column as 'time limit'",
        "line 1: the column correct is there twice",
    ]
    assert result.quiz is not None
    assert result.quiz.questions[0].correct == ("a",)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Q,single,a,b,c,4", "correct: there is no choice 4; there are 3, counted from 1"),
        ("Q,single,a,b,c,0", "correct: there is no choice 0; there are 3, counted from 1"),
        ("Q,single,a,b,c,b", "correct: 'b' is not the number of a choice"),
        ("Q,single,a,b,c,1.0", "correct: '1.0' is not the number of a choice"),
        ("Q,single,a,b,c,²", "correct: '²' is not the number of a choice"),
        ("Q,single,a,b,c,", "correct: is missing"),
        ("Q,single,a,b,c,1|2", "correct: a question of type single has one right choice"),
        ("Q,multiple,a,b,c,1|", "correct: '' is not the number of a choice"),
        ("Q,multiple,a,b,c,1|1", "correct: names a choice twice"),
        ("Q,order,a,b,c,1|2", "correct: must hold every item once"),
        ("Q,single,a,,c,1", "choice_2: is empty"),
        ("Q,single,,b,c,2", "choice_1: is empty"),
        ("Q,single,a,,,1", "choices: a question of type single has 2 to 8"),
        ("Q,true_false,,,,yes", "correct: 'yes' is neither true nor false"),
        ("Q,number,,,,five", "correct: 'five' is no number"),
        ('Q,number,,,,"2,5"', "correct: '2,5' is no number; decimals stand behind a point"),
        ("Q,number,,,,nan", "correct: 'nan' is no number"),
        ("Q,number,,,,inf", "correct: 'inf' is no number"),
        ("Q,number,,,,1_000", "correct: '1_000' is no number"),
        ("Q,number,,,,1e999", "correct: must be between"),
        ("Q,number,,,," + "9" * 5000, "correct: must be between"),
        ("Q,text,,,,|", "correct: "),
        (",text,,,,a", "text: is missing"),
        ("Q,text,,,,a,-1", "tolerance: must be between"),
        ("Q,text,,,,a,,0", "time_limit: must be between 1 and 3600"),
        ("Q,text,,,,a,,20s", "time_limit: '20s' is no number"),
        ("Q,text,,,,a,,,1.5", "points: 1.5 is no whole number"),
        ("Q,text,,,,a,,,,,,,more", "column 13 has a text and no name"),
        ("Q,text,,,,a,,,," + "x" * 100_001, "a cell has more than 100000 characters"),
        ("Q,text,,,,a,,,," + "x" * 100_000, "explanation: has 100000 characters"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_reason(row: str, reason: str) -> None:
    """The reason speaks of columns and numbers as the author sees them, and the other rows are kept."""
    result = imported(f"{HEADER}First,text,,,,a\n{row}\nLast,text,,,,b\n")
    assert [problem.place for problem in result.problems] == ["line 3"]
    assert result.problems[0].reason.startswith(reason)
    assert result.quiz is not None
    assert [one.text for one in result.quiz.questions] == ["First", "Last"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('"Q,text,,,,a\n', "a quotation mark"),
        ('"Q"x,text,,,,a\n', "is no CSV"),
        ('"' + "x" * 140_000 + '",text,,,,a\n', "a cell has more than 100000 characters"),
    ],
)
def test_a_row_that_cannot_be_parsed_ends_the_reading(row: str, reason: str) -> None:
    """It is told with its first line, and what came before is kept."""
    result = imported(f"{HEADER}First,text,,,,a\n{row}Last,text,,,,b\n")
    assert [problem.place for problem in result.problems] == ["line 3"]
    assert result.problems[0].reason.startswith(reason)
    assert "the rest of the file was not read" in result.problems[0].reason.lower()
    assert result.quiz is not None
    assert [one.text for one in result.quiz.questions] == ["First"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("question,correct\r\nü".encode("latin-1"), "line 2: byte 0xfc is no UTF-8"),
        (
            "question,correct\nQ,Grö\xdfe".encode("latin-1"),
            "line 2: byte 0xf6 is no UTF-8 (in Windows-1252 this would read “Größe”)",
        ),
        ("question,correct".encode("utf-16") + b"\0", "file: is cut off or broken text in UTF-16"),
        ("question,correct".encode("utf-16-le"), "line 1: holds a NUL byte"),
        (b"question,correct\nQ\n\n\0,1", "line 4: holds a NUL byte"),
        (b"question,correct\n" + b"x" * MAX_BYTES, f"file: has {MAX_BYTES + 17} bytes"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, told: str) -> None:
    """Other encodings, NUL bytes and too large files are one problem."""
    assert imported(data).quiz is None
    (found,) = problems(data)
    assert found.startswith(told)


def test_too_many_rows_are_one_problem() -> None:
    """Reading stops at the first row beyond what a quiz may hold."""
    assert problems("question,correct\n" + "x,\n" * (MAX_QUESTIONS + 1000)) == [
        f"file: holds more than {MAX_QUESTIONS} questions"
    ]


def test_the_quiz_is_named_from_the_file() -> None:
    """The name without folders and ending is the title."""
    result = read(b"question,type,correct\nQ,text,a\n", r"C:\My files\Unit 3.words.csv")
    assert result.quiz is not None
    assert (result.quiz.title, result.quiz.slug) == ("Unit 3.words", "unit-3-words")

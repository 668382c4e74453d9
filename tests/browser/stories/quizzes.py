"""What is played: a quiz with one question of each type, and one as long as quizzes may be; answers to both."""

from __future__ import annotations

from typing import Any

#: Twenty graphemes, the widest there are.
WIDEST = "WWWWWWWWWWWWWWWWWWWW"
#: What nobody should write, and somebody will.
LONG_QUESTION = (
    "Which of these statements about the migration of the Arctic tern, which flies from the Arctic to the Antarctic and back "
    "every year, and so sees more daylight than any other animal of this planet, is the one that researchers who fitted many "
    "birds with geolocators found to be true of most of them?"
)
LONG_CHOICE = "They follow the coasts of Africa and South America, and rest at sea for a month."

PLAIN: dict[str, Any] = {
    "title": "A walk through everything",
    "description": "One question of each type, for an afternoon in the museum.",
    "language": "en",
    "tags": ["science", "year 7"],
    "questions": [
        {
            "type": "single",
            "text": "Which planet is called the red one?",
            "image": "<picture>",
            "image_alt": "A red disc on a dark sky",
            "choices": ["Venus", "Mars", "Jupiter", "Mercury"],
            "correct": 1,
        },
        {
            "type": "multiple",
            "text": "Which of these breathe air?",
            "choices": ["Tuna", "Dolphin", "Squid", "Seal"],
            "correct": [1, 3],
        },
        {
            "type": "true_false",
            "text": "Honey keeps for centuries.",
            "correct": True,
            "explanation": "Sealed, it does: jars in Egyptian tombs were still good after three thousand years.",
        },
        {"type": "text", "text": "What is the capital of Peru?", "correct": ["Lima"]},
        {"type": "number", "text": "How many bones has an adult?", "correct": 206, "tolerance": 2},
        {
            "type": "order",
            "text": "From the smallest to the largest",
            "choices": ["Earth", "Moon", "Sun", "Mars"],
            "correct": [1, 3, 0, 2],
        },
        {"type": "poll", "text": "Where shall we go next?", "choices": ["The zoo", "The harbour", "The observatory"]},
    ],
}
LONG: dict[str, Any] = {
    "title": "What is written by people who never look at a phone: long titles, long questions and long choices, all at once",
    "questions": [
        {"type": "single", "text": LONG_QUESTION, "choices": [LONG_CHOICE] * 4, "correct": 1, "explanation": LONG_QUESTION},
        {"type": "multiple", "text": LONG_QUESTION, "choices": [LONG_CHOICE] * 8, "correct": [1, 3], "image": "<picture>"},
        {"type": "order", "text": LONG_QUESTION, "choices": [LONG_CHOICE] * 8, "correct": [0, 1, 2, 3, 4, 5, 6, 7]},
        {"type": "text", "text": LONG_QUESTION, "correct": [LONG_CHOICE]},
    ],
}
#: A right answer to each question, and what others say.
RIGHT: dict[str, list[Any]] = {
    "plain": [1, [1, 3], True, "Lima", 206, [1, 3, 0, 2], 2],
    "long": [1, [1, 3], [0, 1, 2, 3, 4, 5, 6, 7], "Africa"],
}
OTHERS: dict[str, list[list[Any]]] = {
    "plain": [
        [1, 0, 2],
        [[1, 3], [0], [1, 2]],
        [True, False],
        ["Lima", "Cusco", "lima "],
        [206, 200, 212],
        [[1, 3, 0, 2], [0, 1, 3, 2]],
        [2, 0, 1],
    ],
    "long": [[1, 0, 2], [[1, 3], [0, 7]], [[0, 1, 2, 3, 4, 5, 6, 7], [1, 0, 2, 3, 4, 5, 6, 7]], ["Africa", LONG_CHOICE]],
}
for _question in (*PLAIN["questions"], *LONG["questions"]):
    _question["time_limit"] = 600

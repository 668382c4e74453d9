"""Random questions for a game, of one quiz or of all that have some tags, drawn so that it can be done again."""

from __future__ import annotations

import random
import secrets
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Annotated

import msgspec
from msgspec import Meta

from quiz.domain.errors import InvalidPayload, ServerBusy
from quiz.domain.game import Draw, Source
from quiz.domain.question import Question
from quiz.domain.quiz import MAX_TITLE, Quiz, name_of
from quiz.play.catalogue import Catalogue
from quiz.play.holdings import Quizzes

#: Seeds are below.
SEEDS = 2**32


class Drawing(msgspec.Struct, frozen=True):
    """What is to be drawn: `count` questions, of quizzes with all the `tags`. One seed gives the same of the same quizzes."""

    count: Annotated[int, Meta(ge=1, le=1000)]
    tags: Annotated[tuple[str, ...], Meta(max_length=20)] = ()
    seed: Annotated[int, Meta(ge=0, lt=SEEDS)] | None = None


def drawn(quizzes: Quizzes, catalogue: Catalogue, owners: Sequence[str | None], wanted: Drawing) -> tuple[Quiz, Draw]:
    """Questions of all the quizzes of these owners that have the tags, as one quiz, and where they are from.

    Raises InvalidPayload where there are not so many, ServerBusy where quizzes change meanwhile.
    """
    if not wanted.tags:
        raise InvalidPayload("draw: needs a quiz, or tags")
    having = sorted(catalogue.having(owners, wanted.tags), key=lambda one: (one.owner or "", one.summary.slug))
    ends = list(accumulate(one.summary.question_count for one in having))
    seed, chosen = _sample(ends[-1] if ends else 0, wanted)
    read: dict[int, Quiz | None] = {}
    sources: list[Source] = []
    questions: list[Question] = []
    for place in chosen:
        number = bisect_right(ends, place)
        one = having[number]
        if number not in read:
            read[number] = quizzes.get(one.summary.slug, one.owner)
        found, at = read[number], place - ends[number] + one.summary.question_count
        if found is None or at >= len(found.questions):
            raise ServerBusy("the quizzes are being changed; try again")
        sources.append(Source(one.owner, found.slug, found.questions[at].id))
        questions.append(msgspec.structs.replace(found.questions[at], id=f"q{len(questions) + 1}"))
    title = ", ".join(wanted.tags)[:MAX_TITLE]
    # No slug has a colon: this is no quiz that there is.
    made = Quiz(f"draw:{name_of(title)}", title, tuple(questions))
    return made, Draw(wanted.count, seed, wanted.tags, tuple(sources))


def drawn_of(quiz: Quiz, wanted: Drawing) -> tuple[Quiz, Draw]:
    """As `drawn`, of one quiz, whose title, slug and ids stay."""
    if wanted.tags:
        raise InvalidPayload("draw: takes a quiz or tags, not both")
    seed, chosen = _sample(len(quiz.questions), wanted)
    questions = tuple(quiz.questions[at] for at in chosen)
    sources = tuple(Source(quiz.owner, quiz.slug, question.id) for question in questions)
    return msgspec.structs.replace(quiz, questions=questions), Draw(wanted.count, seed, (), sources)


def _sample(total: int, wanted: Drawing) -> tuple[int, list[int]]:
    if wanted.count > total:
        raise InvalidPayload(f"draw: there are {total} questions to draw from, and {wanted.count} are wanted")
    seed = secrets.randbelow(SEEDS) if wanted.seed is None else wanted.seed
    return seed, random.Random(seed).sample(range(total), wanted.count)

"""The record of a game that is over, and answers that are brought to it late."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from quiz.play.archive import Archive
from quiz.play.ports import Receipt
from tests.play.fakes import Table

AT = 1_700_000_000_000


def receipt(points: int, at: int = AT, stamp: int = 1000) -> Receipt:
    return Receipt(answer=1, right=points > 0, points=points, elapsed_ms=100, streak=1, stamp=stamp, at=at)


def played(*questions: str, **options: Any) -> tuple[Archive, dict[str, str]]:
    """Ann and Bob have played; Bob had everything wrong."""
    table = Table(*questions, **options)
    players = {name: table.join(name) for name in ("Ann", "Bob")}
    table.rounds.start(table.game)
    table.turn(3000)
    table.answer(players["Ann"], "q1", 1)
    table.answer(players["Bob"], "q1", 0)
    table.rounds.end(table.game)
    return msgspec.json.decode(table.games.archived(table.game.id), type=Archive), players


def listing(archive: Archive | None) -> list[tuple[str, int, int]]:
    assert archive is not None
    return [(one.nickname, one.score, one.rank) for one in archive.players]


def test_a_late_answer_counts_and_moves_its_player_up():
    """It was given in time, on an instance that was cut off: it is in the record like any other."""
    record, players = played("single", "single")
    assert listing(record) == [("Ann", 1000, 1), ("Bob", 0, 2)]
    late = record.with_late([(players["Bob"], 1, receipt(1500))])
    assert listing(late) == [("Bob", 1500, 1), ("Ann", 1000, 2)]
    assert late.answers["q2"][players["Bob"]].points == 1500
    assert late.with_late([(players["Bob"], 1, receipt(1500))]) is None


def test_of_two_answers_the_earlier_stands():
    """An earlier one comes in place of what is there, a later one changes nothing."""
    record, players = played("single")
    standing = record.answers["q1"][players["Bob"]]
    assert record.with_late([(players["Bob"], 0, receipt(900, at=standing.at + 1))]) is None
    assert listing(record.with_late([(players["Bob"], 0, receipt(900, at=standing.at - 1))])) == [
        ("Ann", 1000, 1),
        ("Bob", 900, 2),
    ]


def test_who_is_not_in_the_record_gets_into_none():
    """A player who was kicked, or of another game."""
    record, _ = played("single")
    assert record.with_late([("nobody", 0, receipt(900))]) is None


def test_a_record_from_before_there_were_generations_is_read():
    """What was archived by an earlier version stays readable."""
    record, _ = played("single")
    old = msgspec.to_builtins(record)
    del old["generation"]
    assert msgspec.json.decode(msgspec.json.encode(old), type=Archive) == record


late_answers = st.tuples(st.sampled_from(["Ann", "Bob"]), st.integers(0, 2), st.integers(0, 1000), st.integers(-5, 5))


@given(given_=st.lists(late_answers, max_size=8), order=st.randoms())
def test_the_order_and_the_number_of_times_do_not_matter(given_: list[tuple[str, int, int, int]], order: Any):
    """Several instances bring what they hold, each perhaps twice: it ends the same, and its sums are those of its answers."""
    record, players = RECORD
    late = [(players[name], index, receipt(points, AT + ago * 1000, stamp=abs(ago))) for name, index, points, ago in given_]
    late = list({(player, index, one.at): (player, index, one) for player, index, one in late}.values())
    once = record.with_late(late) or record
    again = list(late) * 2
    order.shuffle(again)
    others = record
    for one in again:
        others = others.with_late([one]) or others
    assert others == once
    for placed in once.players:
        assert placed.score == sum(given[placed.id].points for given in once.answers.values() if placed.id in given)


RECORD = played("single", "single", "single")

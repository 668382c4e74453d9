"""Records found again in the journals of an instance, on a real disk."""

from __future__ import annotations

from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.game import Phase
from quiz.resilience import index
from quiz.resilience.index import Index
from quiz.resilience.journal import Journal
from quiz.resilience.lines import PROBE, line_of
from quiz.resilience.records import Joined, Moved, Opened, Record, Removed, Reset, answered, encoded
from tests.domain.builders import make_game

GAME = make_game()


def seat(player: str, nickname: str = "Ann", game: str = GAME.id) -> Joined:
    return Joined(game, player, nickname, nickname.casefold(), 1)


def answer(player: str, question: int = 0, game: str = GAME.id) -> Record:
    return answered(game, player, question, 1, '{"points":10}')


def written(journal: Journal, *records: Record) -> list[bytes]:
    """Appends records; their lines."""
    lines = [encoded(record) for record in records]
    for line in lines:
        journal.append(line)
    return lines


def test_a_players_records_are_found_in_the_journals_of_all_workers(tmp_path: Path):
    """In the order in which they came, without those of anybody else or of another game."""
    one, other, found = Journal(tmp_path, "w1"), Journal(tmp_path, "w2"), Index(tmp_path)
    ann = written(one, seat("ann"), answer("ann"), answer("ann", 1))
    written(one, seat("bob"), answer("bob"), answer("ann", 0, "another"))
    more = written(other, answer("ann", 2), Removed(GAME.id, "ann"))
    assert found.of_player(GAME.id, "ann") == ann + more
    assert found.of_player(GAME.id, "nobody") == found.of_player("nothing", "ann") == []


def test_what_is_appended_later_is_found_too(tmp_path: Path):
    """By journals that were there, and by one that came to be, even if it is gone again."""
    one, found = Journal(tmp_path, "w1"), Index(tmp_path)
    before = written(one, answer("ann"))
    assert found.of_player(GAME.id, "ann") == before
    other = Journal(tmp_path, "w2")
    later = written(one, answer("ann", 1)) + written(other, answer("ann", 2))
    assert found.of_player(GAME.id, "ann") == before + later
    other.path.unlink()
    assert found.of_player(GAME.id, "ann") == before + later


def test_a_games_own_records_are_found_and_the_newest_game_of_a_pin(tmp_path: Path):
    """A PIN is used again; a game's line may be longer than what is read at a time."""
    journal, found = Journal(tmp_path, "w1"), Index(tmp_path)
    long = msgspec.structs.replace(GAME, id="newer", title="x" * 3 * index.READ)
    own = written(journal, Opened(GAME.id, GAME.pin, GAME), Moved(GAME.id, Phase(state="open")), Reset(GAME.id, 2))
    assert (found.of_game(GAME.id), found.games(GAME.pin)) == (own, own[:1])
    newer = written(journal, Opened(long.id, GAME.pin, long), Moved(long.id, Phase(state="lobby")))
    assert (found.of_game("newer"), found.games(GAME.pin), found.games("000000")) == (newer, [own[0], newer[0]], [])


def test_damaged_lines_torn_tails_and_probes_are_nobodys(tmp_path: Path):
    """A tail that is torn now is read when it has its end."""
    journal, found = Journal(tmp_path, "w1"), Index(tmp_path)
    journal.append(PROBE)
    first = written(journal, answer("ann"))
    line = line_of(encoded(answer("ann", 1)))
    with journal.path.open("ab") as file:
        file.write(line.replace(b"10", b"99") + line[:-9])
    assert found.of_player(GAME.id, "ann") == first
    with journal.path.open("ab") as file:
        file.write(line[-9:])
    assert found.of_player(GAME.id, "ann") == [*first, line[9:-1]]


def test_a_name_that_looks_like_a_record_is_none(tmp_path: Path):
    """What players type can't pass for a record, wherever it stands in a line."""
    journal, found = Journal(tmp_path, "w1"), Index(tmp_path)
    sham = 'x ["answer","g1","p1",0,1,{"points":999}]'
    written(journal, seat("p9", sham))
    assert found.of_player("g1", "p1") == []


def test_it_begins_anew_when_it_was_put_away(tmp_path: Path):
    """Nothing is kept open meanwhile."""
    journal, found = Journal(tmp_path, "w1"), Index(tmp_path)
    lines = written(journal, answer("ann"))
    for _ in range(2):
        assert found.of_player(GAME.id, "ann") == lines
        found.close()


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.sampled_from(["g1", "g2"])), max_size=60),
    st.integers(40, 300),
)
def test_all_records_are_found_however_they_lie_to_what_is_read_at_a_time(tmp_path_factory, given_, read):
    """Lines that cross the border between two reads belong to one of them."""
    folder = tmp_path_factory.mktemp("journal")
    journal, found = Journal(folder, "w1"), Index(folder)
    plain, index.READ = index.READ, read
    try:
        lines = written(journal, *(answer(player, question, game) for player, question, game in given_))
        for player in "abc":
            for game in ("g1", "g2"):
                mine = [line for line, (who, _, where) in zip(lines, given_, strict=True) if (who, where) == (player, game)]
                assert found.of_player(game, player) == mine
    finally:
        index.READ = plain
        journal.close()
        found.close()

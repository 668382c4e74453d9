"""The records of finished games in this process's memory, for tests of play."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from quiz.play.holdings import Finished
from quiz.store.games_memory import MemoryGames


class MemoryResults:
    """`play.holdings.Results` of the records that `games` keeps, each for `archive_s` seconds."""

    def __init__(self, games: MemoryGames, archive_s: int) -> None:
        self._games, self._archive_s = games, archive_s
        self._listed: dict[str, Finished] = {}

    def note(self, summary: Finished) -> None:
        """See `Results.note`."""
        if summary.id in self._games.records:
            until = self._kept_until(summary.id)
            self._listed[summary.id] = msgspec.structs.replace(summary, kept_until=until)

    def _kept_until(self, game_id: str) -> int:
        return self._games.recorded_at[game_id] + self._archive_s * 1000

    def page(
        self, hosts: Sequence[str | None] | None, quiz: str | None, before: tuple[int, str] | None, most: int
    ) -> list[Finished]:
        """See `Results.page`."""
        found = [
            one
            for one in self._listed.values()
            if (hosts is None or one.host in hosts)
            and quiz in (None, one.quiz)
            and (before is None or one.place < before)
            and one.kept_until > self._games.now()
        ]
        return sorted(found, key=lambda one: one.place, reverse=True)[:most]

    def record(self, game_id: str) -> tuple[bytes, int] | None:
        """See `Results.record`."""
        found = self._games.archived(game_id)
        if found is None or self._kept_until(game_id) <= self._games.now():
            return None
        return found, self._kept_until(game_id)

    def replace(self, game_id: str, old: bytes, new: bytes) -> bool:
        """See `Results.replace`."""
        if self._games.records.get(game_id) != old:
            return False
        self._games.records[game_id] = new
        return True

    def bury(self, game_id: str, record: bytes) -> None:
        """See `Results.bury`."""
        self._games.records[game_id] = record
        self._listed.pop(game_id, None)

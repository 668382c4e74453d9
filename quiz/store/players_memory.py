"""Who is in games and how they stand, in this process's memory, by the same rules as in Redis."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from quiz.domain.errors import GameFull, GameLocked, Kicked, NicknameTaken, NotJoined, TeamUnknown, WrongState
from quiz.domain.game import Game
from quiz.domain.player import Player, nickname_key, nickname_look
from quiz.domain.ranking import sort_score
from quiz.play.ports import Seat, Standing, View
from quiz.store.held import Held, HeldGames
from quiz.store.news_memory import MemoryNews
from quiz.store.presence_memory import MemoryPresence


class MemoryPlayers:
    """`play.ports.Players` of games that are held."""

    def __init__(self, games: HeldGames, presence: MemoryPresence, news: MemoryNews) -> None:
        self._games, self._presence, self._news = games, presence, news

    def join(self, game: Game, player: Player, key: str, worker: str | None = None) -> View:
        """See `Players.join`."""
        held, options = self._games.held(game), game.options
        other, look = held.folded.get(key), nickname_look(player.nickname)
        alike = held.folded.get(look)
        if not held.kicked.isdisjoint((other, alike, player.id)):
            raise Kicked
        if player.id in held.names:
            return replace(self.view(game, player.id), again=True)
        if held.phase.state == "finished":
            raise WrongState("the game is over")
        if other or alike:
            raise NicknameTaken
        if held.phase.locked:
            raise GameLocked
        if not options.late_join and held.phase.state not in ("lobby", "open"):
            raise GameLocked("the game has begun, and its host lets nobody in late")
        if options.max_players and len(held.leaderboard) >= options.max_players:
            raise GameFull
        team = self._team(held, player)
        if team is not None:
            held.teams[player.id] = team
        held.names[player.id] = player.nickname
        held.numbers[player.id] = len(held.names)
        held.folded[key] = held.folded[look] = player.id
        held.stamp = held.next_stamp(self._games.now())
        held.leaderboard[player.id] = sort_score(0, held.stamp)
        held.board += 1
        if worker is not None:
            self._presence.arrive(game, player.id, worker)
            self._news.note_roster(game, "joined", player)
        return self.view(game, player.id)

    @staticmethod
    def _team(held: Held, player: Player) -> int | None:
        options = held.game.options
        if options.teams and options.team_choice == "assigned":
            return held.smallest_team()
        if options.teams and player.team is None:
            raise TeamUnknown(options.teams)
        return player.team if options.teams else None

    def standing(self, game: Game, player: str) -> Standing:
        """See `Players.standing`."""
        held = self._games.held(game)
        if player not in held.names:
            raise NotJoined
        score = int(held.leaderboard.get(player, 0))
        return Standing(
            nickname=held.names[player],
            score=score,
            rank=held.rank(score),
            answered=tuple(held.answered.get(player, ())),
            kicked=player in held.kicked,
            team=held.teams.get(player),
        )

    def view(self, game: Game, player: str) -> View:
        """See `Players.view`."""
        return View(self.standing(game, player), *self._games.phase(game))

    def scores(self, game: Game) -> list[tuple[str, int]]:
        """See `Players.scores`."""
        return self._games.held(game).listing()

    def streaks(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Players.streaks`."""
        streaks = self._games.held(game).streaks
        return {player: streaks.get(player, 0) for player in players}

    def names(self, game: Game, players: Sequence[str]) -> dict[str, str]:
        """See `Players.names`."""
        names = self._games.held(game).names
        return {player: names[player] for player in players if player in names}

    def roster(self, game: Game) -> list[Seat]:
        """See `Players.roster`."""
        held, present = self._games.held(game), self._presence.present(game)
        there = ((player, name) for player, name in held.names.items() if player not in held.kicked)
        return [Seat(player, name, player in present, held.teams.get(player), held.numbers.get(player)) for player, name in there]

    def numbers(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Players.numbers`."""
        numbers = self._games.held(game).numbers
        return {player: numbers[player] for player in players if player in numbers}

    def teams(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Players.teams`."""
        teams = self._games.held(game).teams
        return {player: teams[player] for player in players if player in teams}

    def kick(self, game: Game, player: str) -> str:
        """See `Players.kick`."""
        held = self._games.held(game)
        if player not in held.names:
            raise NotJoined
        if player not in held.kicked:
            held.remove(player)
            held.board += 1
        return held.names[player]

    def kicked(self, game: Game) -> set[str]:
        """See `Players.kicked`."""
        return set(self._games.held(game).kicked)

    def rename(self, game: Game, player: Player) -> int:
        """See `Players.rename`."""
        held = self._games.held(game)
        if player.id not in held.names:
            raise NotJoined
        forms = nickname_key(player.nickname), nickname_look(player.nickname)
        if any(held.folded.get(form, player.id) != player.id for form in forms):
            raise NicknameTaken
        at = max(self._games.now(), held.renamed.get(player.id, 0) + 1)
        held.call(player, at)
        held.board += 1
        return at

    def forget(self, game: Game, player: str) -> None:
        """See `Players.forget`."""
        self._games.held(game).forget(player)

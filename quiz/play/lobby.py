"""How games come to be and who is in them: create, join, come back, leave, kick, lock."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Protocol

import msgspec

from quiz.domain import game as machine
from quiz.domain.errors import (
    GameNotFound,
    InvalidPayload,
    Kicked,
    NicknameInvalid,
    NicknameTaken,
    NotJoined,
    PinTaken,
    RateLimited,
    ServerBusy,
    Unauthorized,
)
from quiz.domain.game import SHARES, Draw, Game, Mode, Options
from quiz.domain.player import Player, generated_nickname, nickname, nickname_key
from quiz.domain.quiz import Quiz
from quiz.domain.teams import team_index, team_names
from quiz.play.announcer import Announcer
from quiz.play.ports import Games, Leaderboard, View
from quiz.play.rounds import Rounds
from quiz.play.views import ahead, board_view, game_view, in_team, listed, open_question_view, ranks, result_view, reveal_view
from quiz.play.wording import Wording

#: When a host who has too many games is told to try again.
GAMES_RETRY_MS = 60_000
#: What a player who was kicked is told.
REMOVED = "the host removed you from the game"
#: How far ahead a self-paced game's end may lie.
LONGEST_MS = 366 * 24 * 3_600_000
#: Whose wish for a game it is, and their own name for it; who has none gets a new game each time.
Wish = tuple[str | None, str | None]
#: Draws of a PIN or a generated nickname before the search is given up.
DRAWS = 50


def new_player() -> str:
    """An id that no player has yet."""
    return secrets.token_urlsafe(6)


class PlayerTokens(Protocol):
    """What lets players come back."""

    def for_player(self, game: Game, player: str) -> str:
        """A token bound to game and player."""

    def player(self, token: str, game: Game) -> str:
        """The player of a token; raises Unauthorized."""

    def player_of(self, game: Game, attempt: str) -> str:
        """The id of whom a client's attempt to join seats, the same each time."""

    def pins_of(self, host: str, attempt: str) -> Iterator[str]:
        """The PINs that a host's attempt to make a game tries one after the other, the same each time. They do not end."""


class Lobby:
    """Seats of games. `top_n` is the length of boards, `wording` knows which nicknames nobody wants to read,
    `games_per_host` is the most that one host may have (None: any number)."""

    def __init__(
        self,
        games: Games,
        leaderboard: Leaderboard,
        announcer: Announcer,
        tokens: PlayerTokens,
        rounds: Rounds,
        *,
        top_n: int,
        grace_ms: int,
        wording: Wording,
        games_per_host: int | None = None,
    ) -> None:
        self._games, self._leaderboard, self._announcer = games, leaderboard, announcer
        self._tokens, self._rounds = tokens, rounds
        self._top_n, self._grace_ms = top_n, grace_ms
        self._wording = wording
        self._games_per_host = games_per_host
        #: Games that were refused since their host had too many.
        self.refused = 0
        self._random = random.SystemRandom()

    def create(
        self,
        quiz: Quiz,
        mode: Mode,
        options: Options,
        host: str | None,
        pin: str | None = None,
        draw: Draw | None = None,
        attempt: str | None = None,
    ) -> Game:
        """A new game of a quiz, under `pin` if one is wished for; `draw` says how its questions were drawn.

        `attempt` is the host's own name for the wish: made again, since nobody said whether it was fulfilled, it comes to the
        game that it has made, as long as that has its PIN.

        Raises PinTaken if that is another game's, RateLimited if its host has too many, and InvalidPayload if it could not end
        when it should, or for impossible names of teams.
        """
        wish = host, attempt
        if (made := self._made(self._pins(wish), wish)) is not None:
            return made
        if options.closes_at is not None:
            self._check_end(options.closes_at, mode)
        if host is not None and self._games_per_host is not None and self._count(host) >= self._games_per_host:
            self.refused += 1
            words = f"you have {self._games_per_host} games, which is the most; wait until PINs of finished ones are free"
            raise RateLimited(words, retry_after_ms=GAMES_RETRY_MS)
        for drawn in [pin] if pin else self._pins(wish):
            game = Game(
                id=secrets.token_hex(8),
                pin=drawn,
                quiz=quiz.slug,
                title=quiz.title,
                language=quiz.language,
                mode=mode,
                questions=quiz.questions,
                created_at=self._games.now(),
                options=msgspec.structs.replace(options, teams=team_names(options.teams)),
                host=host,
                grace_ms=self._grace_ms,
                draw=draw,
                attempt=attempt,
            )
            if self._games.create(game):
                self._arm(game)
                return game
            if pin:
                raise PinTaken(f"another game has the PIN {pin}")
            if (made := self._made([drawn], wish)) is not None:  # at the same moment
                return made
        raise ServerBusy("no PIN is free")

    def _pins(self, wish: Wish) -> Iterator[str]:
        """Those that are tried for a new game, one after the other."""
        host, attempt = wish
        if host is not None and attempt is not None:
            return islice(self._tokens.pins_of(host, attempt), DRAWS)
        return (f"{self._random.randrange(100_000, 1_000_000)}" for _ in range(DRAWS))

    def _made(self, pins: Iterable[str], wish: Wish) -> Game | None:
        """The game that a wish has made already, if it has."""
        if None in wish:
            return None
        for pin in pins:
            found = self._games.game(pin)
            if found is None:
                return None
            if (found.host, found.attempt) == wish:
                self._games.enlist(found)  # what may be undone, if the store went away just then
                self._arm(found)
                return found
        return None

    def _arm(self, game: Game) -> None:
        if due := game.first_phase().due:
            self._games.alarms.arm(game, due)

    def _check_end(self, closes_at: int, mode: Mode) -> None:
        if mode == "live":
            raise InvalidPayload("options.closes_at: a live game ends when its host ends it")
        if not 0 < closes_at - self._games.now() <= LONGEST_MS:
            raise InvalidPayload("options.closes_at: must be in the future, and not more than a year from now")

    def _count(self, host: str) -> int:
        return sum(game.host == host for game in self._games.running())

    def find(self, pin: str) -> Game:
        """The game of a PIN; raises GameNotFound."""
        game = self._games.game(pin)
        if game is None:
            raise GameNotFound
        return game

    def join(
        self, game: Game, wanted: str, worker: str | None = None, player: str | None = None, team: str | None = None
    ) -> tuple[Player, View]:
        """Seats somebody under the nickname they want (or one drawn for them, where the host asks for that); for `state`.

        With `worker` they are connected to it from then on: `connected` is done. `player`: the id that they get, `new_player`
        unless they try again because it could not be said whether they have that seat. `team`: the name of the one they choose,
        where that is theirs to do; raises TeamUnknown if there is none, and nothing else keeps them out.
        """
        chosen = team_index(game.options.teams, team)
        if game.options.nicknames == "generated":
            return self._draw(game, worker, chosen, player)
        return self._seat(game, Player(player or new_player(), self._allowed(wanted), chosen), worker)

    def _allowed(self, wanted: str) -> str:
        name = nickname(wanted)
        if self._wording.refuses(name):
            raise NicknameInvalid("please choose another nickname")
        return name

    def seat_of(self, game: Game, attempt: str) -> str:
        """The player's id for a client's own name of its attempt to join: whoever repeats it has the seat that it got."""
        return self._tokens.player_of(game, attempt)

    def _draw(self, game: Game, worker: str | None, team: int | None, player: str | None) -> tuple[Player, View]:
        for _ in range(DRAWS):
            try:
                return self._seat(game, Player(player or new_player(), generated_nickname(self._random), team), worker)
            except NicknameTaken:
                continue
            except Kicked:  # somebody of this name was, or they themselves
                if player is not None and player in self._games.players.kicked(game):
                    raise
        raise ServerBusy("no nickname is free")

    def _seat(self, game: Game, player: Player, worker: str | None) -> tuple[Player, View]:
        view = self._games.players.join(game, player, nickname_key(player.nickname), worker)
        self._announcer.newcomer(game)
        if worker is not None:
            self._announcer.roster_changed(game)
        return Player(player.id, view.standing.nickname, view.standing.team), view

    def resume(self, game: Game, token: str) -> Player:
        """The player who comes back with a token of this game; raises Unauthorized or Kicked."""
        player = self._tokens.player(token, game)
        standing = self._games.players.standing(game, player)
        if standing.kicked:
            raise Kicked
        return Player(player, standing.nickname)

    def opens(self, game: Game, token: str) -> bool:
        """Whether a token is one of this game."""
        try:
            self._tokens.player(token, game)
        except Unauthorized:
            return False
        return True

    def state(self, game: Game, player: str, view: View | None = None) -> dict[str, Any]:
        """Everything a player's client shows (the acknowledgement of `join` and `state`), by `view` if it is known already.

        Raises Kicked.
        """
        view = view or self._games.players.view(game, player)
        standing, phase, now = view.standing, view.phase, view.now
        if standing.kicked:
            raise Kicked
        told: dict[str, Any] = {
            "player": {"id": player, "nickname": standing.nickname, **in_team(game, standing.team)},
            "token": self._tokens.for_player(game, player),
            "game": game_view(game, phase),
            "you": {
                "score": standing.score,
                "rank": standing.rank if game.options.leaderboard else None,
                "answered": [game.questions[i].id for i in standing.answered],
                **({"extra_time": phase.extended[player] / 100} if player in phase.extended else {}),
            },
            "leaderboard": board_view(game, self._leaderboard.top(game, self._top_n)),
            **(self._team_board(game) if game.options.leaderboard else {}),
        }
        if phase.state == "question":
            told["question"] = open_question_view(game, phase, now, player)
        if phase.revealing:
            receipt = self._games.answers.receipts(game, phase.index, [player]).get(player)
            streak = self._games.players.streaks(game, [player])[player]
            told["result"] = result_view(game, phase, phase.index, receipt, standing.score, standing.rank, streak)
        return told

    def watch(self, game: Game) -> dict[str, Any]:
        """Everything a host's screen shows (the acknowledgement of `watch`)."""
        phase, now = self._games.phase(game)
        seats = self._games.players.roster(game)
        options = {name: getattr(game.options, name) for name in game.options.__struct_fields__}
        told: dict[str, Any] = {
            "now": now,
            "game": {**game_view(game, phase), "locked": phase.locked, "options": {**options, "scoring": game.scoring}},
            "players": listed(game, seats, phase.extended),
            "leaderboard": self._leaderboard.top(game, self._top_n).payload(game.pin),
            **self._team_board(game),
        }
        if phase.index >= 0 and phase.state != "finished":
            told["question"] = open_question_view(game, phase, now, host=True)
            told["progress"] = self.progress(game, phase.index, {seat.id for seat in seats if seat.connected})
        if phase.revealing:
            told["reveal"] = reveal_view(game, phase, self._games.answers.receipts(game, phase.index))
        return told

    def progress(self, game: Game, index: int, present: set[str]) -> dict[str, Any]:
        """How many have answered a question, of how many who may: `present` is who is connected.

        Who has answered and left counts as both, so that the numbers are equal when nobody is waited for (`auto_close`). Where
        nobody is known to be connected, as in an outage, they are of all seats.
        """
        answered = self._games.answers.answered(game, index)
        players = len(present | answered) if present else len(self._games.players.scores(game))
        return {"question": game.questions[index].id, "answered": len(answered), "players": players}

    def _team_board(self, game: Game) -> dict[str, Any]:
        return {"team_board": self._leaderboard.teams(game).payload(game.pin)} if game.options.teams else {}

    def results(self, game: Game, index: int, players: list[str]) -> dict[str, dict[str, Any]]:
        """The `result` of each of these players, whether they answered or not."""
        if not players:
            return {}
        phase, _ = self._games.phase(game)
        scores = self._games.players.scores(game)
        placed, before = ranks(scores), ahead(scores) if game.options.leaderboard else {}
        names = self._games.players.names(game, sorted({before[player][0] for player in players if player in before}))
        receipts = self._games.answers.receipts(game, index, players)
        streaks = self._games.players.streaks(game, players)

        def of(player: str) -> dict[str, Any]:
            who, score = before.get(player, ("", 0))
            above = (names[who], score) if who in names else None
            return result_view(game, phase, index, receipts.get(player), *placed[player], streaks[player], above)

        return {player: of(player) for player in players if player in placed}

    def connected(self, game: Game, player: Player, worker: str) -> None:
        """A player's first connection to a worker came to be."""
        self._games.presence.arrive(game, player.id, worker)
        self._games.news.note_roster(game, "joined", player)
        self._announcer.roster_changed(game)

    def disconnected(self, game: Game, player: Player, worker: str) -> None:
        """A player's last connection to a worker is gone; seat, name and score stay."""
        standing = self._games.players.standing(game, player.id)  # raises GameNotFound where nothing is left to note
        self._games.presence.depart(game, player.id, worker)
        # That a kicked player left was noted then.
        if not standing.kicked and not self._games.presence.is_present(game, player.id):
            self._games.news.note_roster(game, "left", player)
            self._announcer.roster_changed(game)
        self._rounds.look(game)

    def kick(self, game: Game, player: str) -> None:
        """Takes a player out for good; raises NotJoined if the game has no such player."""
        name = self._games.players.kick(game, player)
        self._games.news.note_roster(game, "left", Player(player, name))
        self._announcer.dismiss(game, player, REMOVED)
        self._announcer.roster_changed(game)
        self._announcer.board_changed(game)
        self._rounds.look(game)

    def rename(self, game: Game, player: str, wanted: str) -> Player:
        """Gives a player another nickname, which is held to the rules of joining; raises NotJoined, NicknameTaken or -Invalid.

        What they were called stays taken, so that nobody else takes it up.
        """
        renamed = Player(player, self._allowed(wanted))
        self._announcer.renamed(game, renamed, self._games.players.rename(game, renamed))
        self._announcer.board_changed(game)
        return renamed

    def extend(self, game: Game, player: str, factor: float) -> None:
        """Gives a player so many times as much time as the others, 1 for as much; raises NotJoined, or WrongState if the game's
        options don't allow it.
        """
        share = round(factor * 100)
        if share not in SHARES:
            raise InvalidPayload("factor: must be 1, 1.25, 1.5 or 2")
        if self._games.players.standing(game, player).kicked:
            raise NotJoined("the player was removed from the game")
        self._rounds.move(game, lambda game, phase, now: machine.extend(game, phase, now, player, share))
        self._announcer.extended(game, player, factor)

    def hide_names(self, game: Game, hidden: bool) -> None:
        """Keeps nicknames off the host's screen, or shows them again."""
        self._rounds.move(game, lambda _, phase, now: machine.hide_names(phase, now, hidden))

    def lock(self, game: Game, locked: bool) -> None:
        """Keeps new players out, or lets them in again."""
        self._rounds.move(game, lambda _, phase, now: machine.lock(phase, now, locked))

    def reset(self, game: Game) -> None:
        """Sets all scores to 0 and forgets the answers; seats and names stay."""
        self._announcer.was_reset(game, self._games.answers.reset(game))
        self._announcer.board_changed(game)

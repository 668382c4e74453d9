"""What play needs of the world, as Protocols. The store and the leaderboard implement them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from quiz.domain.game import Game, Phase
from quiz.domain.player import Player
from quiz.domain.ranking import Board, Edition
from quiz.domain.teams import TeamBoard

#: Games that are looked at at a time.
OVERDUE = 100


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one accepted answer; once made it never changes.

    `score`, `rank` and `streak` are those right after it; in live mode, where points wait for the reveal, score and rank are 0.
    `stamp` orders who got to a score first (see `domain.ranking`); `at` is epoch milliseconds of the store's clock.
    """

    answer: Any
    right: bool | None
    points: int
    elapsed_ms: int
    streak: int
    stamp: int
    at: int
    score: int = 0
    rank: int = 0


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed answer on its way to the record. `credit_ms` is taken off the time it needed (compensation).

    `at`: when it came, by the store's clock (None: now); the store believes it for a second.
    """

    player: str
    index: int
    answer: Any
    right: bool | None
    credit_ms: int = 0
    at: int | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a player stands. `answered` holds the indexes of questions, `team` is the number of the player's team, from 0."""

    nickname: str
    score: int
    rank: int
    answered: tuple[int, ...]
    kicked: bool
    team: int | None = None


class View(msgspec.Struct, frozen=True):
    """How a player stands and where the game does, at one moment. `now` is epoch milliseconds of the store's clock.

    `again`: of who joins, whether they had this seat already.
    """

    standing: Standing
    phase: Phase
    now: int
    again: bool = False


class Acceptance(NamedTuple):
    """What became of an answer: its receipt, whether that is an old one, and the board that shows it, where points changed.

    `provisional`: Redis is away, and what the receipt says of score and rank is this instance's view.
    """

    receipt: Receipt
    duplicate: bool
    board: Edition | None
    provisional: bool = False


class Seat(msgspec.Struct, frozen=True):
    """One line of a game's roster."""

    id: str
    nickname: str
    connected: bool
    team: int | None = None
    number: int | None = None


class Games(Protocol):
    """Games, and all that belongs to them.

    Every call, also of what belongs to them, is bounded in time; a store that can't be reached raises ServerBusy. Calls that name
    a game by `Game` raise GameNotFound if its PIN has come to belong to another.
    """

    @property
    def players(self) -> Players:
        """Who is in them."""

    @property
    def answers(self) -> Answers:
        """What they answered."""

    @property
    def presence(self) -> Presence:
        """Who is connected."""

    @property
    def news(self) -> News:
        """What is to be told of them."""

    @property
    def alarms(self) -> Alarms:
        """When they go on by themselves."""

    @property
    def exact(self) -> Games:
        """The same games, to be read where half of the truth is none: raises StoreAway instead of what one instance knows."""

    def now(self) -> int:
        """The clock that decides: epoch milliseconds."""

    def create(self, game: Game) -> bool:
        """Stores a new game and reserves its PIN, atomically, and enlists it; False if the PIN is taken."""

    def enlist(self, game: Game) -> None:
        """Has `running` tell of a game."""

    def game(self, pin: str) -> Game | None:
        """What the game keeps from its creation on."""

    def phase(self, game: Game) -> tuple[Phase, int]:
        """Where the game stands, and the clock at that moment."""

    def move(self, game: Game, old: Phase, new: Phase) -> bool:
        """Replaces `old` by `new`; False if the phase is no longer `old`. Leaving a question puts its points on the board."""

    def archive(self, game: Game, record: bytes) -> None:
        """Keeps a finished game's record under its id, and frees its PIN after a while."""

    def archived(self, game_id: str) -> bytes | None:
        """The record of a finished game."""

    def drop(self, game: Game) -> None:
        """Nothing is left of a game that is over but its record; its PIN is free."""

    def running(self) -> list[Game]:
        """The games whose PINs are in use, the newest first."""


class Players(Protocol):
    """Who is in a game, and how they stand."""

    def join(self, game: Game, player: Player, key: str, worker: str | None = None) -> View:
        """Seats a player whose nickname has the comparison form `key`, and as `view`; raises what keeps them out.

        Neither that form nor what the nickname looks like may be another's.

        In a game with teams the player's `team` is the one that was chosen (None: no known one), or assigned here.

        With `worker` the player also arrives there, and the roster's change is noted. Done again, as after a reply that got
        lost, it changes nothing.
        """

    def standing(self, game: Game, player: str) -> Standing:
        """How a player stands; raises NotJoined."""

    def view(self, game: Game, player: str) -> View:
        """A player's standing and the game's phase; raises NotJoined."""

    def scores(self, game: Game) -> list[tuple[str, int]]:
        """All players with their points in listing order, the first first."""

    def streaks(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """The streaks of these players."""

    def names(self, game: Game, players: Sequence[str]) -> dict[str, str]:
        """What these players are called."""

    def roster(self, game: Game) -> list[Seat]:
        """All players who were not kicked."""

    def numbers(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """Of these players, in which place they came, from 1, as far as that is known; no two have the same."""

    def teams(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """Of these players, the numbers of the teams of those who are in one."""

    def kick(self, game: Game, player: str) -> str:
        """Takes a player off the board for good; their nickname. Raises NotJoined if there is none."""

    def kicked(self, game: Game) -> set[str]:
        """Who was taken off the board for good."""

    def rename(self, game: Game, player: Player) -> int:
        """Gives a player another nickname; when, in epoch milliseconds: later than every time before.

        Raises NotJoined, or NicknameTaken, also for what looks like another's. What they were called stays taken.
        """

    def forget(self, game: Game, player: str) -> None:
        """Nothing is left, in a game that is over, of a player who was kicked: neither name nor answers."""


class Answers(Protocol):
    """The answers to the questions of a game, and which questions were seen."""

    def accept(self, game: Game, submission: Submission) -> Acceptance:
        """Records an answer that is the player's first to its question and in time.

        Raises Kicked, NotJoined, QuestionNotOpen or TooLate. Only the first call for a player and question changes anything.
        """

    def receipts(self, game: Game, index: int, players: Sequence[str] | None = None) -> dict[str, Receipt]:
        """The answers to a question, by player; of all players or of those named."""

    def given(self, game: Game, player: str, indexes: Sequence[int]) -> dict[int, Receipt]:
        """A player's answers to these questions."""

    def answered(self, game: Game, index: int) -> set[str]:
        """The players who answered a question, kicked or not."""

    def answer_count(self, game: Game, index: int) -> int:
        """How many answered a question."""

    def generation(self, game: Game) -> int:
        """The generation of answers: 1 until there was a reset."""

    def reset(self, game: Game) -> int:
        """All scores to 0 and all answers forgotten; seats and names stay. The new generation of answers."""

    def open_for(self, game: Game, player: str, index: int) -> int:
        """When this player first saw the question (self-paced), which is now unless it was seen before."""

    def opened_for(self, game: Game, player: str) -> Mapping[int, int]:
        """Which questions this player has seen (self-paced), and when; below 0: that it was missed, and when."""

    def miss(self, game: Game, player: str, index: int) -> None:
        """Notes, once, that the player let the time of a question run out (self-paced); that ends the streak."""


class Presence(Protocol):
    """Who is connected to which worker, and which workers live."""

    def arrive(self, game: Game, player: str, worker: str) -> None:
        """This worker now holds a connection of the player. Does nothing if the game is gone."""

    def depart(self, game: Game, player: str, worker: str) -> None:
        """This worker no longer holds one. Does nothing if the game is gone."""

    def present_here(self, game: Game, worker: str, players: Sequence[str]) -> None:
        """Exactly these players are connected to this worker. Does nothing if the game is gone."""

    def present(self, game: Game) -> set[str]:
        """The players who are connected somewhere and were not kicked."""

    def is_present(self, game: Game, player: str) -> bool:
        """Whether a player is connected to any worker that lives: `present` asks for all, which takes a while where many are."""

    def beat(self, worker: str) -> bool:
        """This worker lives; True if that is news: it is new, or was buried though it only could not be heard."""

    def bury(self, silent_ms: int) -> list[Game]:
        """Forgets the connections of workers that have not beaten for so long; the games in which somebody was lost with them."""


class News(Protocol):
    """What is still to be told of a game, so that of all workers one tells it."""

    def claim(self, game: Game, topic: str, value: str, window_ms: int) -> int:
        """Asks to tell `topic`: 0 if `value` has been told, -1 if it is this caller's to tell, else the milliseconds to wait."""

    def announced(self, game: Game, version: int | None = None) -> int:
        """The newest phase version that was told to everybody; with `version` raises it to that."""

    def note_roster(self, game: Game, change: str, player: Player) -> None:
        """Remembers that a player `joined` or `left`, until somebody tells the hosts."""

    def take_roster(self, game: Game, window_ms: int) -> int | list[tuple[str, Player]]:
        """The changes not told yet, to be told by this caller, or the milliseconds to wait."""


class Alarms(Protocol):
    """When games are to be looked at."""

    def arm(self, game: Game, due: int) -> None:
        """Has the game looked at by `overdue` from `due` on."""

    def disarm(self, pin: str) -> None:
        """Takes the game of a PIN off the clocks."""

    def overdue(self, now: int | None = None, most: int = OVERDUE) -> list[str]:
        """The PINs of the games to be looked at, `most` at most, those first that have been due for the longest."""


class Leaderboard(Protocol):
    """The board of a game, read: points get onto it with the answers (`Games`)."""

    def top(self, game: Game, count: int) -> Board:
        """The board now."""

    def claim(self, game: Game, count: int, window_ms: int) -> Board | int:
        """The board, for this caller to broadcast, if it changed and the window is over; else the ms to wait, 0 if told."""

    def teams(self, game: Game) -> TeamBoard:
        """The teams of a game that has any; of a large one as they stood a moment ago."""

    def claim_teams(self, game: Game, window_ms: int) -> TeamBoard | int:
        """As `claim`; a large game's windows are longer (see docs/decisions/0026)."""


class Guess(NamedTuple):
    """What became of asking for a guess: `wait_ms` 0 and its `cost`, or the milliseconds until there is one.

    `its_part` and `all_part`: how much of the address's guesses and of the service's is spent, from 0 to 1.
    """

    wait_ms: int
    cost: int
    its_part: float
    all_part: float


class Guesses(Protocol):
    """Wrong PINs, by the address that they came from. Goes on without Redis, each worker for itself. Raises ServerBusy."""

    def take(self, address: str) -> Guess:
        """Takes one of an address, before a PIN is looked at."""

    def give_back(self, address: str, cost: int) -> None:
        """The PIN could not be looked at."""

    def right(self, address: str, pin: str, cost: int) -> None:
        """The PIN was right, which costs nothing (`cost` is given back); from now on the game `plays` at the address."""

    def plays(self, address: str, pin: str) -> bool:
        """Whether somebody at the address has found this game in the last hours."""


class Random(Protocol):
    """The part of `random.Random` that play uses."""

    def randrange(self, start: int, stop: int) -> int:
        """A whole number from `start` up to, not including, `stop`."""

    def choice(self, items: Sequence[Any]) -> Any:
        """One of them."""

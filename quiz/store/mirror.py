"""What a worker knows of its games without Redis: what its own players did, the last board, and what the journals here tell."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence

from quiz.domain.errors import StoreAway
from quiz.domain.game import Game, Phase
from quiz.domain.player import Player, nickname_key, nickname_look
from quiz.domain.ranking import Edition, sort_score
from quiz.domain.teams import Total, totals
from quiz.play.ports import Receipt, Standing
from quiz.resilience.index import Index
from quiz.resilience.journal import Journal
from quiz.resilience.records import Answered, Joined, Moved, Opened, Record, Removed, Renamed, Reset, receipt_of, understood
from quiz.store.held import Held, HeldGames
from quiz.store.told import ToldBoards

#: How many games are remembered that nothing was accepted for on this worker alone.
GAMES = 500


def _beyond(last: Total | None, known: Total) -> Total:
    """What a team had when it was told last but for its members who are known here."""
    if last is None:
        return Total(0, 0)
    return Total(max(last.points - known.points, 0), max(last.players - known.players, 0))


class Mirror(HeldGames):
    """The ground of the fallback, warm: it learns while Redis is there. Receipts stay in the journals until they are needed.

    What nobody here knows raises StoreAway: it may be true nevertheless.
    """

    def __init__(self, clock: Callable[[], int], journal: Journal) -> None:
        super().__init__(clock)
        self._index = Index(journal.folder)
        #: How many records of a player the journals had when they were taken in, by game and player.
        self._taken: dict[tuple[str, str], int] = {}
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._moved: set[str] = set()  # games whose phase is known, by id
        self._boards = ToldBoards(GAMES)
        #: In an outage: what the last team boards say beyond the players who were known here when it began.
        self._beyond: dict[str, tuple[frozenset[str], list[Total]]] = {}
        #: Games whose boards were shown from here, by id: their next boards need a new epoch.
        self.shown: dict[str, Game] = {}
        #: Of games that were reset, also of those that are forgotten otherwise: an answer of an older one would be thrown away.
        self._generations: dict[str, int] = {}
        #: What was accepted without Redis, by game.
        self.unconfirmed: dict[str, list[Answered]] = {}
        #: Which self-paced questions were seen, or missed, without Redis, by game, as `Held.opened` has them.
        self.seen: dict[str, dict[tuple[str, int], int]] = {}

    # Learning

    def learn(self, game: Game) -> None:
        """There is such a game."""
        known = self._held.get(game.pin)
        if known is not None and known.game.id == game.id:
            self._recent.move_to_end(game.pin)
            return
        if known is not None:
            self._forget(known.game)
        held = self._held[game.pin] = Held(game, game.first_phase(), 0)
        held.generation = self._generations.get(game.id, held.generation)
        self._recent[game.pin] = None
        if len(self._recent) > GAMES:
            due = self.unconfirmed.keys() | self.seen.keys()
            old = next((pin for pin in self._recent if self._held[pin].game.id not in due), None)
            if old not in (None, game.pin):
                self._forget(self._held[old].game)

    def _forget(self, game: Game) -> None:
        del self._held[game.pin], self._recent[game.pin]
        self._moved.discard(game.id)
        self._boards.forget(game.id)
        self._beyond.pop(game.id, None)

    def learn_phase(self, game: Game, phase: Phase) -> bool:
        """The game stands there, or did: an older phase is no news; whether this one is."""
        held = self.held(game)
        news = game.id not in self._moved or phase.version > held.phase.version
        if news:
            held.phase = phase
            self._moved.add(game.id)
        return news

    def remembers(self, game: Game) -> bool:
        """Whether anything of the game is known here."""
        held = self._held.get(game.pin)
        return held is not None and held.game.id == game.id

    def knows(self, game: Game, player: str) -> bool:
        """Whether it is known here how the player stands."""
        return player in self.held(game).answered

    def knows_phase(self, game: Game) -> bool:
        """Whether it is known here where the game stands."""
        return not game.live or game.id in self._moved

    def opened(self, game: Game) -> Mapping[tuple[str, int], int]:
        """When players first saw self-paced questions, as far as it matters and is known here."""
        return dict(self._held[game.pin].opened) if self.remembers(game) else {}

    def by_id(self, game_id: str) -> Game | None:
        """A game that is known here."""
        return next((held.game for held in self._held.values() if held.game.id == game_id), None)

    def learn_player(self, game: Game, player: Player) -> None:
        """The player has a seat."""
        self._seat(self.held(game), player, nickname_key(player.nickname))

    def _seat(self, held: Held, player: Player, key: str) -> None:
        if player.id not in held.renamed:
            held.names[player.id] = player.nickname
        if player.team is not None:
            held.teams.setdefault(player.id, player.team)
        held.folded.setdefault(key, player.id)
        held.folded.setdefault(nickname_look(player.nickname), player.id)
        held.answered.setdefault(player.id, [])
        held.stamp = held.next_stamp(self.now())
        held.leaderboard.setdefault(player.id, sort_score(0, held.stamp))

    def learn_standing(self, game: Game, player: str, standing: Standing) -> None:
        """The player stands so."""
        held = self.held(game)
        held.answered[player] = list(standing.answered)
        held.names[player] = standing.nickname
        if standing.team is not None:
            held.teams[player] = standing.team
        if standing.kicked:
            held.remove(player)
        elif int(held.leaderboard.get(player, -1)) != standing.score:
            held.leaderboard[player] = sort_score(standing.score, held.next_stamp(self.now()))

    def learn_answer(
        self, game: Game, player: str, index: int, receipt: Receipt, edition: Edition | None, generation: int
    ) -> None:
        """Redis has accepted an answer."""
        held = self.held(game)
        self.learn_reset(game, generation)
        if index in held.answered.get(player, ()):
            return
        held.count(player, index, receipt)  # the journal has the receipt
        if edition:
            held.epoch, held.board = max((held.epoch, held.board - 1), edition)

    def learn_board(self, game_id: str, event: str) -> None:
        """A `leaderboard` event was told, as JSON."""
        self._boards.learn(game_id, event)

    def learn_teams(self, game_id: str, event: str) -> None:
        """A `team_board` event was told, as JSON."""
        self._boards.learn_teams(game_id, event)

    def _look_beyond(self, held: Held) -> None:
        """Before anything happens without Redis."""
        game = held.game
        last = self._boards.totals(game.id) if game.id not in self._beyond else None
        if last is not None:
            here = zip(game.options.teams, held.team_totals(), strict=True)
            beyond = [_beyond(last.get(name), known) for name, known in here]
            self._beyond[game.id] = frozenset(held.leaderboard.keys() & held.teams.keys()), beyond

    def team_totals(self, game: Game) -> list[Total]:
        """As its base, and with those who play elsewhere, as they stood last."""
        if game.id not in self._beyond:
            return super().team_totals(game)
        held = self.held(game)
        known, beyond = self._beyond[game.id]
        mine = ((held.teams.get(one), int(score)) for one, score in held.leaderboard.items() if one in known)
        sums = totals(len(game.options.teams), mine)
        return [Total(one.points + two.points, one.players + two.players) for one, two in zip(sums, beyond, strict=True)]

    def told(self, game: Game) -> Edition | None:
        """The edition of the last board that was told here; None if none was heard, or nobody knows any more."""
        board = self._boards.board(game.id)
        return None if board is None else board.edition

    def learn_scores(self, game: Game, scores: Sequence[tuple[str, int]]) -> None:
        """The board lists the players so."""
        held = self.held(game)
        for player, score in scores:
            if player in held.names and int(held.leaderboard.get(player, -1)) != score:
                held.stamp = held.next_stamp(self.now())
                held.leaderboard[player] = sort_score(score, held.stamp)

    def learn_kick(self, game: Game, player: str) -> bool:
        """The player was removed for good; whether that is news."""
        held = self.held(game)
        if player in held.kicked:
            return False
        held.remove(player)
        return True

    def learn_rename(self, game: Game, player: Player, at: int) -> bool:
        """The player got another nickname then; whether that is news."""
        held = self.held(game)
        if at <= held.renamed.get(player.id, 0):
            return False
        held.call(player, at)
        return True

    def learn_reset(self, game: Game, generation: int) -> bool:
        """What was answered before this generation is forgotten; whether that is news."""
        held = self.held(game)
        if generation <= held.generation:
            return False
        held.reset(generation)
        self._generations[game.id] = generation
        self._boards.forget(game.id)
        self._beyond.pop(game.id, None)
        self.seen.pop(game.id, None)
        return True

    def put_away(self) -> None:
        """Redis is used again: nobody needs to look into the journals for now."""
        self._index.close()
        self._taken.clear()
        self._beyond.clear()

    # Looking up

    def held(self, game: Game) -> Held:
        """What is kept of a game."""
        self.learn(game)
        return self._held[game.pin]

    def game_here(self, pin: str) -> bool:
        """Whether this worker knows a game with this PIN."""
        return pin in self._held

    def game(self, pin: str) -> Game | None:
        """The game of a PIN, if this instance has had to do with it."""
        found = self._held.get(pin)
        if found is not None:
            return found.game
        games = [record.content for record in understood(self._index.games(pin)) if isinstance(record, Opened)]
        if not games:
            return None
        newest = max(games, key=lambda game: game.created_at)
        self.learn(newest)
        for reset in self._of_game(newest):
            if isinstance(reset, Reset):
                self.learn_reset(newest, reset.generation)
        return newest

    def _of_game(self, game: Game) -> Iterator[Record]:
        """What the journals tell of a game itself."""
        return understood(self._index.of_game(game.id))

    def _of_player(self, game: Game, player: str) -> Iterator[Record]:
        """What the journals tell of a player."""
        return understood(self._index.of_player(game.id, player))

    def phase(self, game: Game) -> tuple[Phase, int]:
        """See `Games.phase`."""
        held = self.held(game)
        self._find_phase(game)
        if not self.knows_phase(game):
            raise StoreAway("this instance does not know where the game stands; try again")
        return held.phase, self.now()

    def _find_phase(self, game: Game) -> None:
        """Looks into the journals for a game that this worker has not seen at play."""
        if not self.knows_phase(game):
            for record in self._of_game(game):
                if isinstance(record, Moved):
                    self.learn_phase(game, record.phase)

    def receipt(self, held: Held, player: str, index: int) -> Receipt | None:
        """What the journals have of a player's answer to a question."""
        for record in self._of_player(held.game, player):
            if isinstance(record, Answered) and record.index == index and record.generation == held.generation:
                return receipt_of(record.receipt)
        return None

    def find_player(self, held: Held, player: str, *, anew: bool = False) -> None:
        """Takes in what the journals tell of a player: other workers of this instance may have served them, a moment ago even.

        `anew`: also what was taken in already. Raises StoreAway where nobody here knows the player.
        """
        game, key = held.game, (held.game.id, player)
        count, before = self._index.count_of_player(*key), 0 if anew else self._taken.get(key, 0)
        self._taken[key] = count
        if player in held.answered and count >= before and (count == before or self._own(held, player, before)):
            return
        records = list(self._of_player(game, player))
        for record in records:
            if isinstance(record, Joined) and player not in held.answered:
                self._seat(held, Player(player, record.nickname, record.team), record.key)
            elif isinstance(record, Joined) and record.team is not None:  # the release before writes none
                held.teams.setdefault(player, record.team)
        if player not in held.answered:
            raise StoreAway("this instance does not know the player, and can't ask; try again")
        for record in records:
            if isinstance(record, Renamed):
                self.learn_rename(game, Player(player, record.nickname), record.at)
        if any(isinstance(record, Removed) for record in records):
            held.remove(player)
        self._find_phase(game)  # it says which points count
        given = {
            record.index: receipt_of(record.receipt)
            for record in records
            if isinstance(record, Answered) and record.generation == held.generation
        }
        score = 0
        for index, receipt in sorted(given.items(), key=lambda one: one[1].at):
            if index not in held.answered[player]:
                held.answered[player].append(index)
                held.streaks[player] = receipt.streak
            if not game.live or held.phase.counts(index):
                score += receipt.points
        if score > int(held.leaderboard.get(player, score)):
            held.leaderboard[player] = sort_score(score, held.next_stamp(self.now()))

    def _own(self, held: Held, player: str, since: int) -> bool:
        """Whether all that is new of a player are answers that count here already.

        Else who answers on and on would be read anew with each answer. In a live game what counts depends on the phase too.
        """
        answered = held.answered[player]
        return not held.game.live and all(
            isinstance(record, Answered) and (record.generation != held.generation or record.index in answered)
            for record in understood(self._index.of_player(held.game.id, player, since))
        )

    def show(self, game: Game) -> Held:
        """What is kept of a game, with the last board that was told: for a board of this instance's own."""
        held = self.held(game)
        self.shown[game.id] = game
        told = self._boards.take(game.id)
        if told is not None:
            held.epoch, held.board = max((held.epoch, held.board), told.edition)
            held.board += 1
            for place in told.top:
                if place.player not in held.names and place.player not in held.kicked:
                    held.names[place.player] = place.nickname
                    held.leaderboard[place.player] = sort_score(place.score, held.next_stamp(self.now()))
        if game.options.teams:
            self._look_beyond(held)
        if not held.epoch:  # no board was ever heard here: newer than any that clients may have
            held.epoch = self.now() // 1000 + 1
        return held

    def accept_unconfirmed(self, game: Game, record: Answered, receipt: Receipt) -> Edition | None:
        """An answer that was accepted here alone counts here, and will in Redis; the board that shows it."""
        held = self.show(game)
        before = held.board
        held.record(record.player, record.index, receipt)
        self.unconfirmed.setdefault(game.id, []).append(record)
        return (held.epoch, held.board) if held.board > before else None

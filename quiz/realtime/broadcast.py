"""How people are told: at once, or gathered so that each topic of a game goes out at most once a window over all workers."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import Any

import gevent
import msgspec

from quiz.domain.errors import GameNotFound, QuizError, ServerBusy
from quiz.domain.game import Game, Phase
from quiz.domain.player import Player
from quiz.domain.ranking import Board, Edition
from quiz.domain.teams import TeamBoard
from quiz.ops import logging_context, tracing
from quiz.play.announcer import Shadow
from quiz.play.lobby import REMOVED, Lobby
from quiz.play.ports import Games, Leaderboard
from quiz.play.rounds import Rounds
from quiz.play.views import in_team, numbered, open_question_view, reveal_view, state_view
from quiz.realtime.announcements import SIGNED_OUT, Announcements
from quiz.realtime.boards_told import BoardsTold
from quiz.realtime.bus import RedisBus
from quiz.realtime.seats import Seats
from quiz.realtime.wire import Room
from quiz.transport.runners import Runners

log = logging.getLogger("quiz.broadcast")

#: Seconds until a broadcast that the store refused is tried again.
RETRY = 0.5
#: Traces kept of what waits to be told.
TRACES = 100
#: So many players here make newcomers' boards a window later, and at most so many windows later.
CROWD, MORE_WINDOWS = 10, 9
#: For so many players here, what takes a look at all of them is told half as often; for twice as many, a third.
HALL = 1000
#: A fan-out yields after so many messages, so that acknowledgements don't wait for it.
SLICE = 200


def _go_on(work: Callable[..., None], *args: Any) -> None:
    """As `gevent.spawn`, but in the trace, and in the log's context, of who calls."""
    greenlet = gevent.Greenlet(work, *args)
    greenlet.gr_context = copy_context()
    greenlet.start()


class Broadcaster(Announcements):
    """The announcer of a worker: does errands for its own clients, and tells what changes within the window."""

    def __init__(
        self,
        bus: RedisBus,
        games: Games,
        leaderboard: Leaderboard,
        seats: Seats,
        shadow: Shadow,
        *,
        top_n: int,
        window_ms: int,
        delays: Callable[[Sequence[float]], None],
    ) -> None:
        self._clients = bus
        self._games, self._leaderboard, self._seats, self._shadow = games, leaderboard, seats, shadow
        self._top_n, self._window_ms = top_n, window_ms
        #: (game, topic): what somebody is about to tell, and what of that has changed since they last looked.
        self._waiting: set[tuple[str, str]] = set()
        self._changed: set[tuple[str, str]] = set()
        self._traces: dict[tuple[str, str], list[str]] = {}  # of the changes that wait
        self._boards = BoardsTold(delays)
        self._runners = Runners()
        self._lobby: Lobby
        self._rounds: Rounds
        self._cut: Callable[[str, str, str, dict[str, Any]], None]
        self._watched: Callable[[], list[Game]]
        self._sign_out: Callable[[], None]

    def start(
        self,
        lobby: Lobby,
        rounds: Rounds,
        cut: Callable[[str, str, str, dict[str, Any]], None],
        watched: Callable[[], list[Game]],
        sign_out: Callable[[], None],
    ) -> None:
        """Begins to work.

        `cut(sid, namespace, event, data)` says a last thing to a connection and ends it; `watched` are the games that hosts here
        look at; `sign_out` ends the connections of sessions that are over.
        """
        self._lobby, self._rounds, self._cut, self._watched = lobby, rounds, cut, watched
        self._sign_out = sign_out
        self._clients.listen(self._do, self._heard, self._tell_anew)

    def _tell(self, event: str, data: dict[str, Any], *rooms: Room) -> None:
        self._clients.tell(event, data, rooms)

    def signed_out(self) -> None:
        """See `Announcer.signed_out`."""
        self._clients.errand(SIGNED_OUT)

    def _errand(self, name: str, game: Game, **details: Any) -> None:
        self._clients.errand({"do": name, "pin": game.pin, "game": game.id, **details})

    def board_changed(self, game: Game, at: Edition | None = None) -> None:
        """See `Announcer.board_changed`."""
        if self._boards.changed(game.id, at):
            window = self._window_ms / 1000
            self._soon("board", game, lambda: self._tell_board(game), lambda: self._boards.wait(game.id, window))

    def newcomer(self, game: Game) -> None:
        """See `Announcer.newcomer`."""
        self._boards.changed(game.id, None)
        self._soon("newcomers", game, lambda: self._tell_newcomers(game), lambda: self._until_newcomers(game))

    def progress_changed(self, game: Game, index: int) -> None:
        """See `Announcer.progress_changed`."""
        self._soon(f"progress of {index}", game, lambda: self._tell_progress(game, index))
        self._soon(f"end of {index}", game, lambda: self._end_if_all_answered(game, index), lambda: self._look_s(game))

    def roster_changed(self, game: Game) -> None:
        """See `Announcer.roster_changed`."""
        self._soon("roster", game, lambda: self._tell_roster(game))

    def _soon(self, topic: str, game: Game, tell: Callable[[], int], wait: Callable[[], float] = lambda: 0.0) -> None:
        """Runs `tell`, after `wait()` seconds, until it says that nothing is left to wait for (in milliseconds).

        One at a time for each topic of a game.
        """
        key = (game.id, topic)
        if tracing.spans is not None and (trace := tracing.spans.sampled()):
            self._traces.setdefault(key, []).append(trace)
        self._changed.add(key)
        if key not in self._waiting:
            self._waiting.add(key)
            self._runners.run_later(self._gathering(wait), self._until_told, key, tell, wait)

    def _gathering(self, wait: Callable[[], float]) -> float:
        """Seconds: a moment at least, so that what comes together is told together."""
        return max(wait(), self._window_ms / 10_000)

    def _until_told(self, key: tuple[str, str], tell: Callable[[], int], wait: Callable[[], float]) -> None:
        logging_context.only(dict, {"game": key[0], "topic": key[1]})
        try:
            while key in self._changed:
                # From here on a change starts another round: what it changed may be too late for this one.
                self._changed.discard(key)
                traces = self._traces.pop(key, [])
                try:
                    wait_ms = self._told_for(traces, tell)
                except GameNotFound:
                    return
                except ServerBusy:
                    wait_ms = round(RETRY * 1000)
                if wait_ms > 0:
                    self._changed.add(key)
                    if traces:
                        self._traces[key] = [*traces, *self._traces.get(key, ())][:TRACES]
                if key in self._changed:
                    gevent.sleep(wait_ms / 1000 if wait_ms > 0 else self._gathering(wait))
        finally:
            self._waiting.discard(key)

    @staticmethod
    def _told_for(traces: list[str], tell: Callable[[], int]) -> int:
        if tracing.spans is None:
            return tell()
        with tracing.spans.on_behalf(traces):
            return tell()

    def _tell_board(self, game: Game) -> int:
        topic = f"leaderboard {game.id}"
        if not self._boards.untold(game.id):
            return 0
        # A worker that can't keep up stretches its windows: acknowledgements first, boards later.
        window_ms = round(self._window_ms * self._clients.fanout.stretch)
        if self._clients.fanout.waits((topic, "/")):
            return window_ms
        newest = self._boards.asking(game.id)
        board: Board | int = window_ms
        try:
            board = self._leaderboard.claim(game, self._top_n, window_ms)
        finally:
            if not isinstance(board, Board) and board:
                self._boards.changed(game.id, None)  # it remains to be told
        if not isinstance(board, Board):
            if not board:
                self._boards.telling(game.id, newest, mine=False)
            return board
        rooms = [("/", game.id), ("/host", game.id)][not game.options.leaderboard :]
        told = self._boards.telling(game.id, board.edition)
        payload = board.payload(game.pin)
        if board.provisional:  # what this instance knows is for its own clients
            self._clients.tell("leaderboard", payload, rooms, topic, told, here=True)
        else:
            event = self._clients.tell("leaderboard", payload, rooms, topic, told, game=game.id, board=board.edition)
            self._shadow.learn_board(game.id, event)
        self._teams_follow(game)
        return 0

    def _until_newcomers(self, game: Game) -> float:
        """Seconds. A board for each of many who come would keep the rest of them waiting: it is sent to all who are there."""
        windows = 1 + min(self._seats.count(game.id) // CROWD, MORE_WINDOWS)
        return self._boards.wait(game.id, windows * self._window_ms / 1000)

    def _tell_newcomers(self, game: Game) -> int:
        if self._boards.untold(game.id):
            if (wait_s := self._until_newcomers(game)) > 0:
                return math.ceil(wait_s * 1000)
            self.board_changed(game)
        return 0

    def _teams_follow(self, game: Game) -> None:
        """The board of players was told, and so may that of teams be."""
        if game.options.teams:
            self._soon("teams", game, lambda: self._tell_teams(game))

    def _tell_teams(self, game: Game) -> int:
        board = self._leaderboard.claim_teams(game, round(self._window_ms * self._clients.fanout.stretch))
        if not isinstance(board, TeamBoard):
            return board
        rooms = [("/", game.id), ("/host", game.id)][not game.options.leaderboard :]
        topic, payload = f"team_board {game.id}", board.payload(game.pin)
        if board.provisional:
            self._clients.tell("team_board", payload, rooms, topic, here=True)
        else:
            self._shadow.learn_teams(game.id, self._clients.tell("team_board", payload, rooms, topic, teams=game.id))
        return 0

    def _heard(self, about: dict[str, Any], event: str) -> None:
        """Another worker told something."""
        if "board" in about:
            epoch, version = about["board"]
            self._boards.telling(about["game"], (epoch, version), mine=False)()
            self._shadow.learn_board(about["game"], event)
            # Whoever told it may be of the release before, or have died since.
            if (game := self._seats.game(about["game"])) is not None:
                self._teams_follow(game)
        elif "teams" in about:
            self._shadow.learn_teams(about["teams"], event)

    def degraded(self) -> None:
        """Redis is away: tells all clients of this worker."""
        self._notice("degraded", "scores are being kept locally")

    def recovered(self) -> None:
        """Redis is back: tells all clients of this worker; how their games stand follows when it hears the others again."""
        self._notice("recovered", "scores are complete again")
        self._clients.listen_anew()

    def _notice(self, code: str, message: str) -> None:
        for namespace in self._clients.get_namespaces():
            self._here("notice", {"code": code, "message": message}, namespace)

    def _here(self, event: str, data: dict[str, Any], namespace: str, room: str | None = None) -> None:
        """Tells clients of this worker alone."""
        self._clients.emit(event, data, namespace=namespace, room=room, ignore_queue=True)

    def _tell_anew(self) -> None:
        """This worker may have missed something: tells its clients how their games stand, whatever they know."""
        self._sign_out()
        for game in {game.id: game for game in (*self._seats.games(), *self._watched())}.values():
            try:
                self._dismiss_kicked(game)
                self._tell_standing(game)
                self.roster_changed(game)
            except QuizError as error:
                log.warning("game %s could not be told anew: %s", game.pin, error)

    def _dismiss_kicked(self, game: Game) -> None:
        here = self._seats.players(game.id)
        for player in here.keys() & self._games.players.kicked(game) if here else ():
            self._dismiss(game, player, REMOVED)

    def _dismiss(self, game: Game, player: str, reason: str) -> None:
        for sid in self._seats.connections(game.id, player):
            self._cut(sid, "/", "kicked", {"reason": reason})

    def _tell_standing(self, game: Game) -> None:
        phase, now = self._games.phase(game)
        told = [("game", state_view(game, phase))]
        if phase.state == "reveal":
            told.append(("reveal", reveal_view(game, phase, self._games.answers.receipts(game, phase.index))))
        board = self._leaderboard.top(game, self._top_n)
        told.append(("leaderboard", board.payload(game.pin)))
        if game.options.teams:
            told.append(("team_board", self._leaderboard.teams(game).payload(game.pin)))
        for event, data in told:
            for namespace in ("/", "/host"):
                if namespace == "/host" or event not in ("leaderboard", "team_board") or game.options.leaderboard:
                    self._here(event, data, namespace, game.id)
        if phase.state == "question":
            self._tell_questions(game, phase.index)
            self._here("question", open_question_view(game, phase, now, host=True), "/host", game.id)
        if phase.state == "reveal":
            self._tell_results(game, phase.index)
        if not board.provisional:
            self._boards.telling(game.id, board.edition, mine=False)()

    def _look_s(self, game: Game) -> float:
        """Seconds in which one look at all who are there is enough."""
        return self._seats.count(game.id) / HALL * self._window_ms / 1000

    def _wide_ms(self, game: Game) -> int:
        """The window for what takes such a look."""
        return self._window_ms + round(self._look_s(game) * 1000)

    def _tell_progress(self, game: Game, index: int) -> int:
        answered, present = self._games.answers.answer_count(game, index), self._games.presence.present(game)
        wait = self._games.news.claim(game, "progress", f"{index}:{answered}:{len(present)}", self._wide_ms(game))
        if wait < 0:
            self.hosts(game, "progress", self._lobby.progress(game, index, present))
        return max(wait, 0)

    def _end_if_all_answered(self, game: Game, index: int) -> int:
        self._rounds.close_if_all_answered(game, index)
        return 0

    def _tell_roster(self, game: Game) -> int:
        changes = self._games.news.take_roster(game, self._wide_ms(game))
        if isinstance(changes, int):
            return changes
        told: dict[str, list[dict[str, Any]]] = {"joined": [], "left": []}
        teams = self._games.players.teams(game, [player.id for _, player in changes]) if game.options.teams else {}
        numbers = self._games.players.numbers(game, [player.id for change, player in changes if change == "joined"])
        for change, player in changes:
            more = in_team(game, teams.get(player.id)) | (numbered(numbers.get(player.id)) if change == "joined" else {})
            told[change].append({"id": player.id, "nickname": player.nickname, **more})
        self.hosts(game, "roster", {"count": len(self._games.presence.present(game)), **told})
        if game.live and (phase := self._games.phase(game)[0]).state == "question":
            self.progress_changed(game, phase.index)  # so many others may answer now
        return 0

    def _do(self, errand: dict[str, Any]) -> None:
        _go_on(self._do_errand, errand)

    def _do_errand(self, errand: dict[str, Any]) -> None:
        logging_context.enter(dict, {"game": errand["game"], "pin": errand["pin"], "errand": errand["do"]})
        if errand["do"] == "sign_out":
            self._sign_out()
            return
        game = self._games.game(errand["pin"])
        if game is None or game.id != errand["game"]:
            return
        match errand["do"]:
            case "board":
                self.board_changed(game)
            case "progress":
                self.progress_changed(game, errand["index"])
            case "roster":
                self.roster_changed(game)
            case "question":
                self._tell_questions(game, errand["index"])
            case "result":
                self._tell_results(game, errand["index"])
            case "phase":
                self._shadow.learn_phase(game, msgspec.convert(errand["phase"], Phase))
            case "reset":
                # Workers of the release before don't say which generation has begun.
                self._shadow.learn_reset(game, errand.get("generation") or self._games.answers.generation(game))
            case "rename":
                player = Player(errand["player"], errand["nickname"])
                told = {"player": player.id, "nickname": player.nickname}
                for sid in self._seats.rename(game.id, player):
                    self._here("renamed", told, "/", sid)
                self._shadow.learn_rename(game, player, errand["at"])
            case "extend":
                self._tell_extended(game, errand["player"], errand["factor"])
            case "dismiss":
                self._dismiss(game, errand["player"], errand["reason"])
                self._shadow.learn_kick(game, errand["player"])

    def _tell_questions(self, game: Game, index: int) -> None:
        phase, now = self._games.phase(game)
        if phase.index == index and phase.state == "question":
            views = {p: open_question_view(game, phase, now, p) for p in self._seats.players(game.id)}
            self._each(game, "question", views)

    def _tell_extended(self, game: Game, player: str, factor: float) -> None:
        sids = self._seats.connections(game.id, player)
        phase, now = self._games.phase(game) if sids else (game.first_phase(), 0)
        for sid in sids:
            self._here("extended", {"factor": factor}, "/", sid)
            if phase.state == "question":
                self._here("question", open_question_view(game, phase, now, player), "/", sid)

    def _tell_results(self, game: Game, index: int) -> None:
        try:
            results = self._lobby.results(game, index, list(self._seats.players(game.id)))
        except QuizError as error:
            log.warning("results of a question could not be told: %s", error)
            return
        self._each(game, "result", results)

    def _each(self, game: Game, event: str, payloads: dict[str, dict[str, Any]]) -> None:
        for number, (player, payload) in enumerate(payloads.items(), 1):
            for sid in self._seats.connections(game.id, player):
                self._here(event, payload, "/", sid)
            if number % SLICE == 0:
                gevent.sleep(0)

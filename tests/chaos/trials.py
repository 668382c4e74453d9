"""The trials: a fault done to running instances while a crowd answers, and the figures that it must keep to."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.chaos.arena import Arena
from tests.chaos.audit import Audit
from tests.chaos.crowd import POINTS, Ack
from tests.chaos.gauges import Pulse
from tests.harness.clients import host
from tests.harness.server import Server, eventually
from tests.transport.client_frames import text
from tests.transport.raw import Raw

#: Seconds in which everybody plays before a fault and after it.
QUIET = 1.0
#: Seconds after which a call of Redis has failed that got no answer: the time-out, and the looks that follow it.
TIMED_OUT = 0.75
#: Seconds for which an answer may be under way.
UNDER_WAY = 0.05
#: Seconds after a breaker's closing in which an acknowledgement may still be provisional.
LINGERS = 2.0


@dataclass
class Outcome:
    """What came out of a trial: the accounting, and figures with what they may be at most."""

    audit: Audit
    figures: dict[str, tuple[float, float]] = field(default_factory=dict)

    def note(self, name: str, value: float, most: float) -> None:
        """A figure and its limit; of several of the same name the worst counts."""
        before = self.figures.get(name, (float("-inf"), most))[0]
        self.figures[name] = (max(before, value), most)

    @property
    def missed(self) -> list[str]:
        """What is not as it must be."""
        wrong = [f"{name}: {value:.4g} > {most:g}" for name, (value, most) in self.figures.items() if value > most]
        return wrong if self.audit.clean else [f"{self.audit}", *wrong]


#: Before anything was accounted for.
NOTHING = Audit(0, 0, 0, 0, 0)


def p99(acks: list[Ack]) -> float:
    """The acknowledgements' 99th percentile, in ms."""
    took = sorted(ack.took_s for ack in acks)
    return took[len(took) * 99 // 100] * 1000 if took else 0.0


@contextmanager
def outage(arena: Arena, outcome: Outcome, most_p99_ms: float = 300) -> Iterator[Callable[[], None]]:
    """Redis goes in the body, which calls the function when it is about to be back; what holds of every outage is noted."""
    began, back = time.monotonic(), [0.0]

    def is_back() -> None:
        back[0] = time.monotonic()

    yield is_back
    opened = [gauges.opened(began) for gauges in arena.gauges]
    outcome.note("breaker open after, s", max(opened) - began, 2.0)
    closed = arena.closed(back[0])
    outcome.note("breaker closed after, s", closed - back[0], 31.0)
    arena.play(LINGERS + QUIET)
    acks = arena.crowd.acks(began, back[0])
    outcome.note("acknowledged in the outage: p99, ms", p99(acks), most_p99_ms)
    bare = [ack for ack in acks if began + TIMED_OUT < ack.at < back[0] - UNDER_WAY and not ack.provisional]
    outcome.note("acknowledgements in the outage that don't say so", len(bare), 0)
    late = [ack for ack in arena.crowd.acks(closed + LINGERS) if ack.provisional]
    outcome.note("provisional ones 2 s after it", len(late), 0)
    outcome.note("connections dropped", arena.crowd.cuts, 0)
    outcome.note("deaf after it, s", max(gauges.deaf_s(closed) for gauges in arena.gauges), 2.0)


def finish(arena: Arena, outcome: Outcome, since: float | None = None) -> Outcome:
    """The accounting, and where `since` is given how long after it that was right."""
    seconds, outcome.audit = arena.exact_s(arena.client(), since or time.monotonic())
    if since is not None:
        outcome.note("boards exact after, s", seconds, 5.0)
    for server in arena.servers:
        before, found, after = server.log.partition("Traceback")
        assert not found, f"{before[-300:]}{found}{after[:1500]}"
    return outcome


def killed(arena: Arena, times: int = 5, away_s: float = 2.0) -> Outcome:
    """Redis is killed, and comes back with its data."""
    outcome = Outcome(NOTHING)
    for _ in range(times):
        arena.play(QUIET)
        with outage(arena, outcome) as is_back:
            arena.store.kill()
            arena.play(away_s)
            is_back()
            arena.store.start()
    return finish(arena, outcome)


def stalled(arena: Arena, seconds: float = 12.0) -> Outcome:
    """Redis takes what it is sent and answers nothing."""
    outcome = Outcome(NOTHING)
    pulse = Pulse(arena.server.port)
    arena.play(QUIET)
    began = time.monotonic()
    with outage(arena, outcome, TIMED_OUT * 1000) as is_back:
        arena.store.stall()
        arena.play(seconds)
        is_back()
        arena.store.go_on()
    pulse.close()
    outcome.note("longest acknowledgement, s", max(ack.took_s for ack in arena.crowd.acks(began)), 1.0)
    outcome.note("event loop stood still for, ms", pulse.longest_s(began) * 1000, 100)
    return finish(arena, outcome)


def emptied(arena: Arena, times: int = 5) -> Outcome:
    """Redis is killed, and comes back without any data."""
    outcome = Outcome(NOTHING)
    for _ in range(times):
        arena.play(QUIET)
        with outage(arena, outcome) as is_back:
            arena.store.kill()
            arena.store.forget()
            arena.play(QUIET)
            is_back()
            arena.store.start()
    arena.store.kill()
    arena.store.forget()
    back = arena.play(QUIET)
    arena.store.start()
    return finish(arena, outcome, arena.closed(back))


def away(arena: Arena, seconds: float) -> Outcome:
    """Redis is away for long."""
    return killed(arena, 1, seconds)


def full(arena: Arena, seconds: float = 4.0) -> Outcome:
    """The disk of Redis is full: it answers what it is asked, and refuses to write."""
    outcome = Outcome(NOTHING)
    arena.play(QUIET)
    arena.store.fill()
    # It notices when it writes to the disk the next time: until then it has taken what it was told.
    eventually(lambda: arena.client().info("persistence")["aof_last_write_status"] == "err")
    with outage(arena, outcome) as is_back:
        arena.play(seconds)
        is_back()
        arena.store.make_room()
    return finish(arena, outcome)


def worker_killed(arena: Arena, times: int = 5) -> Outcome:
    """Workers are killed, every second time while Redis is away."""
    outcome = Outcome(NOTHING)
    for number in range(times):
        arena.play(2 * QUIET)
        redis_away = number % 2 == 1
        if redis_away:
            arena.store.kill()
            arena.play(QUIET)
        outcome.note("worker back after, s", _replace_worker(arena.server), 2.0)
        if redis_away:
            arena.play(QUIET)
            back = time.monotonic()
            arena.store.start()
            arena.closed(back)
    arena.play(3 * QUIET)
    backs = sorted(arena.crowd.backs)
    outcome.note("its clients back: p99, s", backs[len(backs) * 99 // 100], 10.0)
    return finish(arena, outcome)


def _replace_worker(server: Server) -> float:
    """Kills the worker that has most clients; seconds until another has its place and serves."""
    before = server.workers()
    began = time.monotonic()
    os.kill(max(before, key=lambda pid: len(os.listdir(f"/proc/{pid}/fd"))), signal.SIGKILL)
    journals = server.folder / "var" / "journal"

    def replaced() -> bool:
        new = set(server.workers()) - set(before)
        return bool(new) and all(list(journals.glob(f"*-{pid}-*")) for pid in new)

    eventually(replaced)
    return time.monotonic() - began


def cut_off(arena: Arena, limit_s: int = 6) -> Outcome:
    """One of two instances can't reach Redis, the other can; a question is open in a live game meanwhile."""
    outcome = Outcome(NOTHING)
    here, there = arena.servers
    live = Live(here, there, limit_s)
    arena.play(QUIET)
    live.open()
    began = time.monotonic()
    arena.tunnel.cut()
    arena.gauges[1].opened(began)
    outcome.note("open question refused on the side that is cut off", float(live.answer(0) != "ok"), 0)
    closes = live.closes_s()
    arena.play(max(closes - time.monotonic(), 0) + 0.3)
    outcome.note("accepted there after the deadline", float(live.answer(1) == "ok"), 0)
    healed = time.monotonic()
    arena.tunnel.mend()
    closed = arena.closed(healed)
    arena.crowd.stop()
    boards: dict[str, object] = {}

    def same() -> bool:
        boards.update(one=live.board(live.here), two=live.board(live.there))
        return boards["one"] == boards["two"]

    eventually(same, step=0.1)
    outcome.note("same boards after, s", time.monotonic() - closed, 5.0)
    found = finish(arena, outcome, closed)
    assert sorted(row["score"] > 0 for row in live.board(live.here)) == [False, True], "the answer of the cut-off side counts"
    live.close()
    return found


class Live:
    """A live game with a host and a player on one instance, and a player on each."""

    def __init__(self, here: Server, there: Server, limit_s: int) -> None:
        file = here.folder / "live.json"
        question = f'{{"text": "?", "choices": ["a", "b"], "correct": 0, "time_limit": {limit_s}}}'
        file.write_text(f'{{"title": "Live", "questions": [{question}, {question}]}}')
        here.flask("quiz", "import", str(file))
        self.host = host(here)
        options = {"countdown_ms": 0, "auto_close": False}
        self.pin = self.host.ok("create_game", {"quiz": "live", "mode": "live", "options": options})["pin"]
        self.host.ok("watch", {"pin": self.pin})
        self.here, self.there = Raw(here.port).enter(), Raw(there.port).enter()
        self._late = Raw(there.port).enter()
        for name, line in (("Ann", self.here), ("Bob", self.there), ("Cid", self._late)):
            assert line.call("join", {"pin": self.pin, "nickname": name})["ok"]
        self._closes_at = 0

    def open(self) -> None:
        """The question is open on both sides."""
        self.host.ok("start")
        for line in (self.there, self._late):
            line.packet('42["question"')
        self._closes_at = self.host.wait("question")["closes_at"]

    def closes_s(self) -> float:
        """When the question closes for good, by the monotonic clock (grace included)."""
        return time.monotonic() + (self._closes_at + 250) / 1000 - time.time()

    def answer(self, number: int) -> str:
        """One of the two players of the side that is cut off answers: "ok" or the error's code."""
        ack = (self.there, self._late)[number].call("submit_answer", {"question": "q1", "answer": 0})
        return "ok" if ack["ok"] else ack["error"]["code"]

    def board(self, line: Raw) -> list[dict[str, object]]:
        """What one side is told."""
        return line.call("state", {})["leaderboard"]["top"][:2]

    def close(self) -> None:
        """Everybody goes."""
        self.host.close()
        for line in (self.here, self.there, self._late):
            line.sock.close()


def clock_off(arena: Arena) -> Outcome:
    """One worker's machine is an hour ahead, or behind: what an answer is worth depends on its time in this game."""
    outcome = Outcome(NOTHING)
    wrong = 0
    for _ in range(4):
        wrong += timed_scores(arena.server, arena.server)
    outcome.note("scores that are not those of the time taken", wrong, 0)
    outcome.note("connections dropped", arena.crowd.cuts, 0)
    return finish(arena, outcome)


def timed_scores(here: Server, there: Server) -> int:
    """Plays a live question that two players answer at once; how many got other than full points."""
    table = Live(here, there, 20)
    table.open()
    answers = [table.answer(number) for number in (0, 1)]
    table.host.ok("close_question")
    scores = [line.call("state", {})["you"]["score"] for line in (table.there, table._late)]
    table.close()
    return sum(answer != "ok" or score != 1000 for answer, score in zip(answers, scores, strict=True))


def copies(arena: Arena, count: int = 1000) -> Outcome:
    """One answer is sent a thousand times at once, over connections to all workers."""
    outcome = Outcome(NOTHING)
    outcome.note("copies that counted", copies_of_one(arena, count, "Copycat"), 0)
    return finish(arena, outcome)


def copies_of_one(arena: Arena, count: int, nickname: str) -> int:
    """Sends an answer so often; how many copies too many (or few) counted, by the acknowledgements and by the board."""
    lines = [Raw(arena.server.port).enter() for _ in range(20)]
    first = lines[0].call("join", {"pin": arena.pin, "nickname": nickname})
    for line in lines[1:]:
        joined = line.call("join", {"pin": arena.pin, "token": first["token"]})
        assert joined["ok"], joined
    fresh: list[str] = []

    def send(line: Raw) -> None:
        numbers = range(count // len(lines))
        line.send(*(text(f'42{n}["submit_answer",{{"question":"q1","answer":0}}]') for n in numbers))
        replies = [line.packet(f"43{n}[") for n in numbers]
        fresh.extend(reply for reply in replies if '"duplicate":false' in reply)

    threads = [threading.Thread(target=send, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for line in lines:
        line.sock.close()
    score = arena.client().zscore(f"quiz:{{{arena.pin}}}:leaderboard", first["player"]["id"])
    return abs(len(fresh) - 1) + abs(int(score or 0) // POINTS - 1)

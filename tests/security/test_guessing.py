"""PINs can't be found by trying, and who has a right one gets in all the same."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
import redis
import requests

from quiz.ops.valkey import socket_path
from quiz.store import keys
from tests.harness.metrics import look
from tests.harness.server import Server, eventually
from tests.security.conftest import PINS, Visitor
from tests.transport.client_frames import text

GUESSES = 60
#: So many refusals on one connection, and it is cut off.
GOES_ON = 20
#: What tells somebody that there is a game; all of them want to be called Eve.
FOUND = ("ok", "nickname_taken")
addresses = (f"203.0.113.{number}" for number in count(1))


def wrong(number: int) -> str:
    """A PIN that leads nowhere."""
    return str(900_000 + number)


def spend(server: Server, address: str, *, for_long: bool = False) -> None:
    """Uses all guesses of an address up, on both workers; `for_long`, so many that none comes back during a test."""
    refused = tried = 0
    while refused < 8:
        with Visitor(server, address) as guesser:
            for _ in range(8):
                tried += 1
                assert tried < 200
                refused += guesser.join(wrong(50_000 + tried)) == "rate_limited"
    if for_long:
        with redis.Redis(unix_socket_path=str(socket_path(server.folder / "var" / "valkey"))) as store:
            assert store.hset(keys.guesses(address), "spent", 1_000_000) == 0


def sign_in(server: Server, name: str) -> str:
    return server.sign_in(name, "a good password")


def test_who_has_spent_the_guesses_learns_nothing_of_any_pin_whatever_is_asked(school: Server):
    """Right and wrong PINs get the same words on each worker, by whatever event or request; with the time to come back."""
    address = next(addresses)
    spend(school, address, for_long=True)
    for _ in range(6):  # they land on both workers
        with Visitor(school, address) as guesser:
            for pin in (PINS[0], wrong(0)):
                error = guesser.ask("join", {"pin": pin, "nickname": "Eve"})["error"]
                assert error.pop("retry_after_ms") > 0
                assert (error["code"], error["retryable"]) == ("rate_limited", True)
            for token in ("", "forged", "WyJ4IiwieSJd.aaaaaa.bbbbbb"):
                assert guesser.join(PINS[0], token=token) == guesser.join(wrong(0), token=token) == "rate_limited"
    token = sign_in(school, "colleague")
    with Visitor(school, address, "/host", json.dumps({"token": token})) as host:
        codes = {host.ask("watch", {"pin": pin})["error"]["code"] for pin in (PINS[0], wrong(0))}
        assert codes == {"rate_limited"}
    for pin in (PINS[0], wrong(0)):
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": address}
        reply = requests.get(f"{school.url}/api/v1/games/{pin}", headers=headers, timeout=60)
        assert (reply.status_code, reply.json()["code"]) == (429, "rate_limited")
        assert int(reply.headers["Retry-After"]) > 0
    with Visitor(school, next(addresses)) as elsewhere:
        assert elsewhere.join(PINS[0]) == "ok"
    assert look(school)["quiz_limit_rejected_total"] > 0


def test_pages_are_the_same_for_every_pin(school: Server):
    """They don't look whether there is a game; a host's do, and say nothing when no guess is left."""
    address, cookies = next(addresses), {"quiz_session": sign_in(school, "colleague")}
    spend(school, address, for_long=True)
    headers = {"X-Forwarded-For": address}
    for path, known in (("/play/{}", {}), ("/?pin={}", {}), ("/host/games/{}", {}), ("/host/games/{}", cookies)):
        pages = [
            requests.get(school.url + path.format(pin), headers=headers, cookies=known, timeout=60) for pin in (PINS[0], wrong(0))
        ]
        told = [page.text.replace(pin, "PIN") for page, pin in zip(pages, (PINS[0], wrong(0)), strict=True)]
        # What differs from request to request is the nonce.
        assert [len(words) for words in told] == [len(told[0])] * 2
        assert {page.status_code for page in pages} == {200}
    reply = requests.get(f"{school.url}/api/v1/games/{PINS[0]}", timeout=60)
    assert reply.status_code == 401


def test_whoever_has_a_token_or_the_game_comes_back_where_the_guesses_are_spent(school: Server):
    """A player who changes to the school's network, and the host of the game, whose class then gets in by the PIN."""
    address, home = next(addresses), next(addresses)
    with Visitor(school, home) as ann:
        token = ann.ask("join", {"pin": PINS[1], "nickname": "Ann"})["token"]
    auth = json.dumps({"token": sign_in(school, "teacher")})
    with Visitor(school, home, "/host", auth) as host:
        pin = host.ask("create_game", {"quiz": "guessed", "mode": "self-paced"})["pin"]
    spend(school, address, for_long=True)
    with Visitor(school, address) as ann:
        assert ann.join(PINS[1], token=token) == "ok"
    with Visitor(school, address) as bea:
        assert bea.join(pin, "Bea") == "rate_limited"
        with Visitor(school, address, "/host", auth) as host:
            assert host.ask("watch", {"pin": pin})["ok"]
        assert bea.join(pin, "Bea") == "ok"


class Guesser(threading.Thread):
    """Tries PINs from one address until it is told to stop, on a new connection whenever one is cut off."""

    def __init__(self, server: Server, address: str, pins: list[str], pause_s: float = 0) -> None:
        super().__init__(daemon=True)
        self._server, self._address, self._pins, self._pause_s = server, address, pins, pause_s
        self.codes: dict[str, int] = {}
        self.found: set[str] = set()
        self.stop = threading.Event()

    def run(self) -> None:
        left = iter(self._pins)
        while not self.stop.wait(self._pause_s):
            some = [pin for _, pin in zip(range(GOES_ON), left, strict=False)]
            if not some:
                return
            with Visitor(self._server, self._address) as client, contextlib.suppress(AssertionError, OSError):
                joins = (json.dumps(["join", {"pin": pin, "nickname": "Eve"}]) for pin in some)
                client.send(*(text(f"42{number}{join}") for number, join in enumerate(joins)))
                for number, pin in enumerate(some):
                    told = json.loads(client.packet(f"43{number}[")[2 + len(str(number)) :])[0]
                    code = "ok" if told["ok"] else told["error"]["code"]
                    self.codes[code] = self.codes.get(code, 0) + 1
                    self.found |= {pin} if code in FOUND else set()


def test_a_class_of_200_behind_one_address_gets_in_while_a_neighbour_guesses(school: Server):
    """With the right PIN, at the first try or after the wait that they are told, on both workers."""
    address, pin = next(addresses), PINS[2]
    neighbour = Guesser(school, address, [wrong(number) for number in range(20_000)], pause_s=0.05)
    neighbour.start()
    spend(school, address)
    until = time.monotonic() + 60

    def pupil(number: int) -> bool:
        while time.monotonic() < until:
            with Visitor(school, address) as client:
                told = client.ask("join", {"pin": pin, "nickname": f"P{number}"})
            if told["ok"]:
                return True
            assert told["error"]["code"] == "rate_limited"
            time.sleep(told["error"]["retry_after_ms"] / 1000)  # as a client that is told so does
        return False

    with ThreadPoolExecutor(20) as pool:
        joined = list(pool.map(pupil, range(200)))
    neighbour.stop.set()
    neighbour.join()
    assert all(joined)
    assert set(neighbour.codes) <= {"game_not_found", "rate_limited"}


def guess(server: Server, total: int, guessers: int) -> tuple[int, int]:
    """Tries so many PINs from one address, each once, and among them those of all games.

    How many were looked at, and how many refusals there were.
    """
    address = next(addresses)
    spend(server, address)
    pins = PINS + [wrong(number) for number in range(total - len(PINS))]
    random.Random(19).shuffle(pins)
    threads = [Guesser(server, address, pins[start::guessers]) for start in range(guessers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(set(thread.codes) <= {*FOUND, "game_not_found", "rate_limited"} for thread in threads)
    missed = sum(thread.codes.get("game_not_found", 0) for thread in threads)
    found = set[str]().union(*(thread.found for thread in threads))
    return missed + len(found), sum(thread.codes.get("rate_limited", 0) for thread in threads)


def test_guesses_from_one_address_find_nothing(school: Server):
    """Many at once, on many connections and both workers: all are refused but for the few that have come back meanwhile."""
    began = time.monotonic()
    looked_at, refused = guess(school, 600, 5)
    assert looked_at <= (time.monotonic() - began) / 3 + 3
    assert refused > 500


def test_in_an_outage_tokens_are_let_in_and_pins_tell_as_little(school: Server):
    """A PIN that an instance knows and one that nobody has get the same words; nobody is held to have guessed by then."""
    address = next(addresses)
    with Visitor(school, address) as ann:
        token = ann.ask("join", {"pin": PINS[3], "nickname": "Ann"})["token"]
    valkey = int((school.folder / "var/valkey/valkey.pid").read_text())
    os.kill(valkey, signal.SIGSTOP)
    try:
        with Visitor(school, address) as client:
            assert client.join(PINS[3], token=token) in ("ok", "server_busy")  # the other worker does not know the seat
        with Visitor(school, next(addresses)) as client:
            asked = [{"nickname": "Bea"}] * 20 + [{"nickname": "\u202e"}, {}, {"token": "forged"}] * 5
            errors = [client.ask("join", {"pin": pin, **more})["error"] for more in asked for pin in (PINS[3], wrong(0))]
        assert {(error["code"], error["message"]) for error in errors} == {("server_busy", errors[0]["message"])}
    finally:
        os.kill(valkey, signal.SIGCONT)
    eventually(lambda: look(school)["quiz_redis_circuit_breaker_state"] == 0)  # on both workers
    with Visitor(school, address) as client:
        eventually(lambda: client.join(PINS[3], token=token) == "ok")


@pytest.mark.long
@pytest.mark.timeout(600)
def test_20_000_guesses_from_one_address_find_nothing_that_blind_guessing_would_not(school: Server):
    """Only as many are looked at as come back in that time, one each 3 s."""
    began = time.monotonic()
    looked_at, refused = guess(school, 20_000, 10)
    assert looked_at <= (time.monotonic() - began) / 3 + 3
    assert refused > 15_000

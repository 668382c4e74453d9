"""Redis goes away in the middle of a game and comes back: what a phone and a projector say of it, and what they leave out."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Locator, WebSocket, expect

from tests.browser.conftest import furnish
from tests.chaos.store import Store
from tests.harness.server import Server, eventually, serving


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A Redis to kill."""
    with contextlib.closing(Store()) as running:
        yield running


@pytest.fixture(scope="module")
def server(store: Store) -> Iterator[Server]:
    """An instance upon it."""
    with serving(1, REDIS_URL=store.url) as running:
        furnish(running)
        yield running


@pytest.fixture
def outage(server: Server, store: Store) -> Iterator[Store]:
    """The store, alive before the test and after."""
    yield store
    store.kill()
    store.start()
    eventually(lambda: requests.get(f"{server.url}/actuator/health", timeout=60).json()["status"] == "UP")


def _badge(*devices) -> list[Locator]:
    return [device.at("provisional") for device in devices]


def _shown(*devices) -> None:
    for badge in _badge(*devices):
        expect(badge).to_be_visible()
        expect(badge).to_be_in_viewport()


def _gone(*devices) -> None:
    for badge in _badge(*devices):
        expect(badge).to_be_hidden()


#: What a session believes after each of these, from the module that the pages use.
BELIEFS = """async (steps) => {
    const outage = await import("/static/js/outage.js");
    let state = { outage: "", board: { epoch: 1, version: 1 } };
    return steps.map(([what, ...given]) => {
        state = { ...state, ...outage[what](state, ...given) };
        return outage.provisional(state);
    });
}"""
OLD, SHOWN, NEW = {"epoch": 1, "version": 2}, {"epoch": 1, "version": 3, "provisional": True}, {"epoch": 2, "version": 1}


#: Steps, and whether scores are marked after each.
MARKED = [
    ([("noticed", "degraded"), ("noticed", "draining"), ("noticed", "recovered")], [True, True, False]),
    # What was on its way when the notice came says nothing of now; a new epoch does.
    ([("noticed", "degraded"), ("boarded", OLD), ("acknowledged", {}), ("boarded", NEW)], [True, True, True, False]),
    # An ack may be confirmed while the board on the screen is not.
    ([("acknowledged", {"provisional": True}), ("acknowledged", {})], [True, False]),
    ([("boarded", SHOWN), ("acknowledged", {}), ("boarded", OLD), ("boarded", NEW)], [True, True, True, False]),
    ([("boarded", SHOWN), ("noticed", "recovered")], [True, False]),
    # Who was away heard no notice.
    ([("resynced", SHOWN), ("boarded", NEW)], [True, False]),
    ([("noticed", "degraded"), ("resynced", OLD)], [True, False]),
]


def test_what_is_believed(server, phone):
    """The mark goes up with any word of an outage, and down with a word that the outage is over, not with one from before it."""
    ada = phone(server.url)
    ada.open("/")
    for steps, marked in MARKED:
        assert ada.page.evaluate(BELIEFS, steps) == marked, steps


def test_a_self_paced_game_goes_on_without_redis(server, outage, projector, phone):
    """Without Redis answers go on and every score is marked, also after a reload; with Redis no mark is left, and all count."""
    screen, ada = projector(server.url), phone(server.url)
    screen.sign_in()
    pin = screen.begin("at-your-own-pace", "self-paced")
    ada.join(pin, "Ada", "qr")
    ada.answer("order", [1, 2, 0])
    ada.see("result")
    expect(screen.at("board-row").locator(".board-score")).to_have_text("10")
    expect(ada.at("provisional")).to_be_hidden()
    ada.at("next").click()
    ada.see("question")

    outage.kill()
    ada.answer("poll", 0)
    ada.see("result")
    _shown(ada, screen)
    ada.fits()
    screen.fits()
    ada.at("next").click()
    ada.answer("number", "3,14")
    ada.says("verdict", "Correct!")
    expect(ada.at("score")).to_have_text("20")
    expect(screen.at("board-row").locator(".board-score")).to_have_text("20")
    for device in (ada, screen):  # nobody tells a new page that there is an outage, but the board does
        device.page.reload()
    _shown(ada, screen)

    outage.start()
    _gone(ada, screen)
    expect(ada.at("score")).to_have_text("20")
    ada.at("next").click()
    ada.answer("single", 0)
    ada.says("verdict", "Correct!")
    expect(ada.at("score")).to_have_text("30")
    expect(screen.at("board-row").locator(".board-score")).to_have_text("30")
    _gone(ada, screen)


def test_a_hosts_move_waits_for_redis_and_is_made_once(server, outage, projector, phone):
    """An open question takes answers; the host's presses wait, with words that say so, and only the last move happens, once."""
    screen, ada = projector(server.url), phone(server.url)
    sockets: list[WebSocket] = []
    screen.page.on("websocket", lambda socket: sockets.append(socket))
    screen.sign_in()
    pin = screen.begin("two-long-ones", countdown_ms="0", scoring="flat")
    ada.join(pin, "Ada", "qr")
    expect(screen.at("player-count")).to_have_text("1")
    screen.at("start").click()
    ada.see("question")

    outage.kill()
    _shown(ada, screen)
    assert ada.at("toast").count() == 0  # it would lie over the question
    ada.answer("single", 0)
    ada.says("sent-status", "Answer sent")
    ada.says("said", "It is safe")
    screen.at("close").click()
    screen.says("waiting", "Play goes on by itself")
    expect(screen.at("close")).to_be_disabled()
    screen.at("pause").click()
    sent: list[str] = []
    sockets[-1].on("framesent", lambda frame: sent.append(frame))
    for _ in range(4):  # by then the first press would have been repeated too
        sockets[-1].wait_for_event("framesent", lambda frame: '"pause"' in frame)
    assert not [frame for frame in sent if '"close_question"' in frame]
    screen.says("waiting", "Play goes on by itself")
    screen.fits()
    screen.see("question")

    outage.start()
    screen.see("paused")  # the later press stands
    ada.see("paused")
    expect(screen.at("waiting")).to_be_hidden()
    _gone(ada, screen)
    screen.at("resume").click()
    screen.see("reveal")  # all had answered
    ada.says("verdict", "Correct!")
    expect(ada.at("score")).to_have_text("1,000")

    screen.at("next").click()
    screen.see("leaderboard")
    outage.kill()
    _shown(ada, screen)
    screen.at("lock").click()  # does not take the place of a move
    screen.at("next").click()
    screen.says("waiting", "Play goes on by itself")
    outage.start()
    screen.see("question")
    expect(screen.at("lock")).to_have_attribute("aria-label", "Unlock")
    expect(screen.page.get_by_role("heading")).to_have_text("Second?")
    _gone(ada, screen)
    ada.answer("single", 0)
    screen.see("reveal")
    expect(ada.at("score")).to_have_text("2,000")


def test_doors_without_redis(server, outage, projector, phone):
    """Who wants in during an outage, as host or player, reads why not, and is let in when it is over without asking again."""
    screen, ada, ben = projector(server.url), phone(server.url), phone(server.url)
    screen.forgive("503")
    ada.forgive("503")
    screen.sign_in()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    screen.see("lobby")
    ada.join(pin, "Ada", "qr")
    expect(screen.names).to_have_count(1)

    outage.kill()
    _shown(screen, ada)
    for path in ("/", f"/play/{pin}", "/host", f"/host/games/{pin}"):
        assert requests.get(server.url + path, timeout=60).status_code == 200
    session = {"name": "teacher", "password": "a good password"}
    refused = requests.post(f"{server.url}/api/v1/session", json=session, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (503, "server_busy")
    ben.open(f"/play/{pin}")
    ben.ask_in(None, "Ben")
    ben.says("waiting", "You are let in as soon as it can")
    ben.at("stop").click()
    expect(ben.at("join")).to_be_enabled()
    ben.at("join").click()
    ben.says("waiting", "You are let in as soon as it can")
    desk = projector(server.url)
    desk.forgive("503")
    desk.open("/host")
    desk.at("host-name").fill("teacher")
    desk.at("host-password").fill("a good password")
    desk.at("sign-in").click()
    desk.says("error", "Nobody can sign in while the score keeper is away")
    screen.open("/host")
    screen.says("error", re.compile("appear by themselves"))

    outage.start()
    screen.see("desk")
    ben.see("lobby")
    desk.at("sign-in").click()
    desk.see("desk")
    screen.at(f"game-{pin}").click()
    screen.see("lobby")
    expect(screen.names).to_have_text(["Ada", "Ben"])
    _gone(screen, ada)

"""A self-paced game on a projector and two phones."""

from __future__ import annotations

import re
import time
from datetime import datetime

from playwright.sync_api import expect

from tests.browser.devices import PHONE
from tests.harness.clients import Client
from tests.harness.server import eventually

RIGHT = [("order", [1, 2, 0]), ("poll", 0), ("number", "3,14"), ("single", 0)]
WRONG = [("order", [0, 1, 2]), ("poll", 1), ("number", "-3"), ("single", 1)]

#: As where a page is not served securely, with something else on the clipboard.
INSECURE = """async () => {
    await navigator.clipboard.writeText("something else");
    navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"));
}"""

#: Notes whose row on a board glides.
GLIDING = """window.gliding = [];
const { animate } = Element.prototype;
Element.prototype.animate = function (...how) {
    if (this.matches(".board-row")) gliding.push(this.innerText.match(/Ann|Ben/)[0]);
    return animate.apply(this, how);
};"""


def test_two_players_each_at_their_own_pace(server, projector, phone):
    """Both players get every question and their results at once, and the projector's board moves with every answer."""
    screen = projector(server.url)
    screen.sign_in()
    pin = screen.begin("at-your-own-pace", "self-paced")
    screen.see("open")
    ada, ben = phone(server.url), phone(server.url)
    ada.join(pin, "Ada", "qr")
    ben.join(pin, "Ben")
    ada.see("question")
    ben.see("question")
    expect(screen.at("board-row")).to_have_count(2)
    first = screen.at("board-row").first

    scores = [10, 10, 20, 30]
    for (kind, answer), score in zip(RIGHT, scores, strict=True):
        ada.answer(kind, answer)
        ada.see("result")
        ada.says("verdict", "Thanks for your vote" if kind == "poll" else "Correct!")
        expect(ada.at("score")).to_have_text(str(score))
        expect(first).to_contain_text("Ada")
        expect(first.locator(".board-score")).to_have_text(str(score))
        ada.at("next").click()
    ada.see("finished")

    for kind, answer in WRONG[:3]:
        ben.answer(kind, answer)
        ben.see("result")
        ben.says("verdict", "Thanks for your vote" if kind == "poll" else "Not this time")
        ben.at("next").click()
    ben.answer(*RIGHT[3])
    ben.says("rank", "2nd")
    expect(screen.at("here-count")).to_have_count(0)
    ben.open("/")
    screen.says("here-count", "of them is here now")
    expect(screen.at("player-count")).to_have_text("2")
    ben.open(f"/play/{pin}")
    expect(screen.at("here-count")).to_have_count(0)

    screen.at("end").click()
    screen.at("confirm-end").click()
    for device in (screen, ada, ben):
        device.see("podium")
    assert screen.standing() == {"Ada": ada.score, "Ben": ben.score} == {"Ada": 30, "Ben": 10}


def test_a_host_hands_the_link_out_and_sees_until_when(two_workers, projector, phone):
    """What is copied leads to the game; the host's screen says how long it is open, which its own clock has no say in."""
    screen, ada = projector(two_workers.url), phone(two_workers.url)
    screen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.page.add_init_script("{ const now = Date.now; Date.now = () => now() - 7_200_000; }")
    screen.come_back()
    soon = datetime.fromtimestamp(time.time() + 1800)
    pin = screen.begin("at-your-own-pace", "self-paced", closes_at=soon.strftime("%Y-%m-%dT%H:%M"))
    screen.see("open")
    screen.says("deadline", "min")
    screen.at("copy-link").click()
    screen.page.get_by_text("Link copied").wait_for()
    link = screen.page.evaluate("navigator.clipboard.readText()")
    screen.page.evaluate(INSECURE)
    screen.at("copy-link").click()
    expect(screen.at("copy-link")).to_be_focused()
    eventually(lambda: screen.page.evaluate("navigator.clipboard.readText()") == link)
    for language in ("en", "ar"):
        screen.context.add_cookies([{"name": "quiz_language", "value": language, "url": screen.url}])
        screen.page.set_viewport_size(PHONE)
        screen.page.reload()
        screen.see("open")
        screen.at("deadline").wait_for()
        link_above, bar = screen.at("copy-link").bounding_box(), screen.page.locator(".controls").bounding_box()
        assert link_above["y"] + link_above["height"] <= bar["y"], f"{language}: the bar lies over the link"
    ada.page.goto(link)
    ada.ask_in(None, "Ada")
    ada.see("question")
    assert ada.page.url.endswith(pin)


def test_numbers_in_place_of_names_are_the_same_on_another_computer(two_workers, projector, host):
    """Also after somebody was removed; who comes then has a number of their own on both."""
    pin = host.ok("create_game", {"quiz": "at-your-own-pace", "mode": "self-paced", "options": {"hide_names": True}})["pin"]
    clients = [Client(two_workers.url) for _ in range(5)]

    def join(place: int) -> str:
        return str(clients[place].ok("join", {"pin": pin, "nickname": f"Somebody {place}"})["player"]["id"])

    first, second = (projector(two_workers.url) for _ in range(2))
    first.come_back()
    first.open(f"/host/games/{pin}")
    ids = [join(place) for place in range(4)]
    expect(first.at("board-row")).to_have_text([re.compile(f"Player {number}") for number in (1, 2, 3, 4)])
    for place in (1, 3):  # so that neither who is there nor who was the last says which number comes next
        host.ok("kick", {"player": ids[place]})
    expect(first.at("board-row")).to_have_count(2)
    second.come_back()
    second.open(f"/host/games/{pin}")
    expect(second.at("board-row")).to_have_count(2)
    join(4)
    for screen in (first, second):
        expect(screen.at("board-row")).to_have_text([re.compile(f"Player {number}") for number in (1, 3, 5)])
    for client in clients:
        client.close()


def test_who_ends_a_game_reads_what_its_players_will_see(two_workers, projector, host):
    """All of it where they have a leaderboard; in practice each their own points."""
    screen = projector(two_workers.url)
    screen.come_back()
    for leaderboard, words in ((True, "Everybody sees the final result"), (False, "Players see their own points, and no ranks")):
        options = {"leaderboard": leaderboard}
        pin = host.ok("create_game", {"quiz": "at-your-own-pace", "mode": "self-paced", "options": options})["pin"]
        for page in ("", "/remote"):
            screen.open(f"/host/games/{pin}{page}")
            screen.at("end").click()
            screen.says("ask-end", words)


def test_an_answer_that_waits_for_the_network(two_workers, tunnel, phone, host):
    """The page says what becomes of it, and shows how it fared when the network is back."""
    pin = host.ok("create_game", {"quiz": "at-your-own-pace", "mode": "self-paced"})["pin"]
    ada = phone(tunnel.url)
    ada.forgive("WebSocket connection to")
    ada.join(pin, "Ada", "qr")
    ada.see("question")
    ada.at("list").click()
    ada.at("go-q4").click()
    expect(ada.at("choice-0")).to_be_visible()
    tunnel.cut()
    expect(ada.reconnecting).to_be_visible()
    ada.answer("single", 0)
    ada.says("sent-status", "Will be sent when you are back")
    expect(ada.see("sent")).to_contain_text("Sewing")
    tunnel.mend()
    ada.says("verdict", "Correct!")


def test_rows_glide_unless_less_motion_is_wanted(two_workers, projector, host):
    """Who asks their system for less of it sees the new order at once."""
    pin = host.ok("create_game", {"quiz": "at-your-own-pace", "mode": "self-paced"})["pin"]
    screen, ann, ben = projector(two_workers.url), Client(two_workers.url), Client(two_workers.url)
    screen.context.add_init_script(GLIDING)
    screen.come_back()
    screen.open(f"/host/games/{pin}")
    for client, name in ((ann, "Ann"), (ben, "Ben")):
        client.ok("join", {"pin": pin, "nickname": name})
    expect(screen.at("board-row")).to_contain_text(["Ann", "Ben"])
    ben.ok("submit_answer", {"question": "q4", "answer": 0})
    expect(screen.at("board-row")).to_contain_text(["Ben", "Ann"])
    assert screen.page.evaluate("gliding") == []
    screen.page.emulate_media(reduced_motion="no-preference")
    for question, answer in (("q4", 0), ("q3", 3.14)):
        ann.ok("submit_answer", {"question": question, "answer": answer})
    screen.page.wait_for_function("() => gliding.length >= 2")
    expect(screen.at("board-row")).to_contain_text(["Ann", "Ben"])
    for client in (ann, ben):
        client.close()

"""A host's moves: by pointer, keys and remote; twice, too soon, and when their replies are lost."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.browser.conftest import TIME_LIMIT
from tests.browser.devices import as_remote, shows
from tests.harness.clients import Client
from tests.harness.server import eventually

#: What a press of +10 s adds.
ADDED_S = 10


#: Presses what has this `data-testid` as soon as it is there, by pointer and by key.
_PRESS_AT_ONCE = """(name) => {
    const wanted = () => document.querySelector(`[data-testid="${name}"]`);
    window.pressed = new Promise((resolve) => new MutationObserver((_, watch) => {
        if (!wanted()) return;
        watch.disconnect();
        wanted().click();
        document.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown", bubbles: true }));
        resolve();
    }).observe(document.body, { subtree: true, childList: true, attributes: true }));
}"""


def test_the_second_press_of_a_double_click_does_not_undo_the_first(two_workers, projector, phone):
    """What the main button opens stays open, on the projector and on the phone, until it is pressed anew."""
    screen = projector(two_workers.url)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    remote = as_remote(screen, phone(two_workers.url), pin)
    ann = Client(two_workers.url)
    ann.ok("join", {"pin": pin, "nickname": "Ann"})
    for index, (device, other, move) in enumerate(((screen, remote, "start"), (remote, screen, "next"))):
        device.page.evaluate(_PRESS_AT_ONCE, "close")
        device.at(move).click()
        device.page.evaluate("window.pressed")
        expect(device.at("close")).to_be_enabled()
        ann.ok("submit_answer", {"question": f"q{index + 1}", "answer": 0})
        other.see("reveal") if other is screen else screen.see("reveal")
        if index == 0:
            screen.at("next").click()
            screen.see("leaderboard")
    ann.close()


def test_a_move_whose_reply_is_lost_is_no_error(two_workers, projector):
    """It is made, but the page is told that the server is busy, and not told that the game has moved: it looks for itself."""
    screen = projector(two_workers.url)
    screen.spoilt = True
    screen.page.route_web_socket("**/socket.io/*", _losing_the_reply)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    player = Client(two_workers.url)
    player.ok("join", {"pin": pin, "nickname": "Ann"})
    screen.at("start").click()
    screen.see("question")
    screen.at("close").click()
    screen.see("reveal")
    expect(screen.at("toast")).to_have_count(0)
    player.close()


def _losing_the_reply(page) -> None:
    """Of the first `close_question`; and of what it does the page hears nothing."""
    server, lost = page.connect_to_server(), []

    def sent(message) -> None:
        if '"close_question"' in message and not lost:
            lost.append(re.match(r"42/host,(\d+)", message)[1])
        server.send(message)

    def said(message) -> None:
        if lost and message.startswith(f"43/host,{lost[0]}["):
            error = {"code": "server_busy", "message": "", "retryable": True, "retry_after_ms": 1}
            page.send(f"43/host,{lost[0]}" + json.dumps([{"ok": False, "error": error}]))
        elif not (lost and message.startswith("42/host,")):
            page.send(message)

    page.on_message(sent)
    server.on_message(said)


def test_each_key_does_what_the_list_says(one_worker, projector):
    """In either case; none while somebody types or asks the browser for something; single letters where the host wants them."""
    screen = projector(one_worker.url)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    player = Client(one_worker.url)
    player.ok("join", {"pin": pin, "nickname": "Ann"})
    expect(screen.at("player-count")).to_have_text("1")
    press = screen.page.keyboard.press

    screen.page.keyboard.down("w")
    screen.page.keyboard.down("w")  # is held, which presses nothing again
    expect(screen.at("roster")).to_be_visible()
    screen.page.keyboard.up("w")
    press("w")
    expect(screen.at("roster")).to_have_count(0)
    press("r")
    expect(screen.at("remote-code")).to_be_visible()
    press("Escape")
    for key, label in (("l", "Unlock"), ("L", "Lock")):
        press(key)
        expect(screen.at("lock")).to_have_attribute("aria-label", label)
    for full in ("true", "false"):
        press("f")
        screen.page.wait_for_function(f"() => (document.fullscreenElement !== null) === {full}")
    screen.names.locator("button").click()
    screen.at("rename").click()
    screen.at("new-name").press("PageDown")
    screen.at("new-name").press_sequentially("Al. Winter")
    expect(screen.at("new-name")).to_have_value("Al. Winter")
    expect(screen.at("roster")).to_have_count(0)
    press("Escape")
    screen.see("lobby")
    screen.at("lock").focus()
    press(" ")
    expect(screen.at("lock")).to_have_attribute("aria-label", "Unlock")
    screen.page.locator(".stage").focus()
    press(" ")
    screen.see("question")

    press("Control+s")
    press("s")
    expect(screen.at("ask-skip")).to_be_visible()
    press("p")  # not while something is asked
    press("Escape")
    for number, (add, stop, go_on) in enumerate((("t", "p", "b"), ("+", ".", "P")), 1):
        press(add)
        open_ms = 1000 * (TIME_LIMIT + ADDED_S * number)
        player.wait("question", lambda told, open_ms=open_ms: told["closes_at"] - told["opened_at"] == open_ms)
        press(stop)
        screen.see("paused")
        expect(screen.at("resume")).to_be_enabled()
        press(go_on)
        screen.see("question")
        expect(screen.at("close")).to_be_enabled()
    press("?")
    screen.at("single-keys").uncheck()
    press("Escape")
    press("p")
    screen.page.reload()
    screen.see("question")
    press("?")
    expect(screen.at("single-keys")).not_to_be_checked()
    press("Escape")
    press("p")
    expect(screen.at("close")).to_be_enabled()
    press("PageDown")
    screen.see("reveal")
    player.close()


def test_each_button_of_the_remote_is_obeyed_by_the_screen(one_worker, projector, phone):
    """Those that have nothing to do stay in their place and cannot be pressed. Who is removed by it is gone everywhere."""
    screen = projector(one_worker.url)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    remote = as_remote(screen, phone(one_worker.url), pin)
    ann, bob = Client(one_worker.url), Client(one_worker.url)
    for client, name in ((ann, "Ann"), (bob, "Bob")):
        client.ok("join", {"pin": pin, "nickname": name})
    shows(screen, "Ann", "Bob")

    for button in ("pause", "add-time", "skip"):
        expect(remote.at(button)).to_be_disabled()
    for after, label in (("Unlock", "Unlock"), ("Lock", "Lock")):
        remote.at("lock").click()
        expect(screen.at("lock")).to_have_attribute("aria-label", label)
        expect(remote.at("lock")).to_have_text(after)
    remote.at("hide-names").click()
    shows(screen, "Player 1", "Player 2")
    expect(remote.at("hide-names")).to_have_text("Show names")
    remote.at("start").click()
    screen.see("question")
    for client in (ann, bob):
        client.ok("submit_answer", {"question": "q1", "answer": 0})
    screen.see("reveal")
    remote.at("pause").click()
    screen.see("paused")
    expect(remote.at("pause")).to_be_disabled()
    remote.at("resume").click()
    screen.see("reveal")
    remote.at("players").click()
    remote.at("roster").get_by_role("button", name="Bob").click()
    remote.at("confirm-kick").click()
    assert bob.wait("kicked")["reason"]
    expect(remote.at("roster").locator("li")).to_have_text(["Ann"])
    remote.page.get_by_role("button", name="Close the list").click()
    expect(remote.at("players")).to_have_text("1 player")
    remote.at("next").click()
    screen.see("leaderboard")
    for device, name in ((screen, "Player 1"), (remote, "Ann")):
        expect(device.at("board-row")).to_have_count(1)
        expect(device.at("board-row")).to_contain_text(name)
    remote.at("hide-names").click()
    expect(screen.at("board-row")).to_contain_text("Ann")
    remote.at("end").click()
    remote.at("confirm-end").click()
    screen.see("podium")
    for button in ("pause", "add-time", "skip", "hide-names", "lock"):
        expect(remote.at(button)).to_be_disabled()
    for client in (ann, bob):
        client.close()


def test_whoever_presses_twice_for_time_adds_it_twice(one_worker, projector):
    """However soon, and a repetition of either adds nothing."""
    screen, ann = projector(one_worker.url), Client(one_worker.url)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    ann.ok("join", {"pin": pin, "nickname": "Ann"})
    expect(screen.at("start")).to_be_enabled()
    screen.at("start").click()
    screen.see("question")
    before = ann.ok("state")["question"]["closes_at"]
    screen.at("add-time").evaluate("(button) => { button.click(); button.click(); }")
    eventually(lambda: screen.page.evaluate("1") and ann.ok("state")["question"]["closes_at"] == before + 20_000)
    screen.at("add-time").click()
    eventually(lambda: screen.page.evaluate("1") and ann.ok("state")["question"]["closes_at"] == before + 30_000)
    ann.close()


#: Holds what waits for about half a second; `rested()` says that it is over.
RESTING = """() => {
    const wait = setTimeout, held = [];
    window.setTimeout = (act, ms, ...given) => (ms >= 400 && ms <= 600 ? held.push(act) : wait(act, ms, ...given));
    window.rested = () => held.splice(0).forEach((act) => act());
}"""


def test_what_is_pressed_within_half_a_second_is_not_meant_for_the_next_move(one_worker, projector):
    """However slow the machine is, neither button nor key close what they have opened; when that time is over, both do."""
    screen = projector(one_worker.url)
    screen.spoilt = True
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    player = Client(one_worker.url)
    player.ok("join", {"pin": pin, "nickname": "Ann"})
    screen.page.evaluate(RESTING)
    screen.at("start").click()
    for text, press in (
        ("First?", lambda: screen.at("close").click()),
        ("Second?", lambda: screen.page.keyboard.press("PageDown")),
    ):
        expect(screen.see("question")).to_contain_text(text)
        screen.at("close").click(force=True)
        screen.page.keyboard.press("PageDown")
        assert player.ok("state")["game"]["state"] == "question"
        expect(screen.at("close")).to_have_attribute("aria-disabled", "true")
        expect(screen.see("question")).to_contain_text(text)
        screen.page.evaluate("rested()")
        press()
        for shown in ("reveal", "leaderboard"):
            screen.see(shown)
            screen.page.evaluate("rested()")
            screen.at("next").click()
    screen.see("podium")
    player.close()

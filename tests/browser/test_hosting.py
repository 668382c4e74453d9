"""What a host does beside going on: on the projector by keys, from the phone by large buttons."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import requests
from playwright.sync_api import expect

from tests.browser.conftest import TIME_LIMIT
from tests.browser.devices import Device
from tests.browser.keyboard import Keyboard
from tests.browser.looking import SIZES
from tests.harness.clients import Client
from tests.harness.server import eventually

#: What a press of +10 s adds.
ADDED_S = 10
#: Requests are given up when the test says so, and not when their time is up.
GIVING_UP = """() => {
    const all = [];
    window.patience = [];
    window.giveUp = () => all.forEach((one) => one.abort(new DOMException("", "TimeoutError")));
    AbortSignal.timeout = (ms) => {
        window.patience.push(ms);
        all.push(new AbortController());
        return all.at(-1).signal;
    };
}"""


def shows(screen: Device, *names: str) -> None:
    """The lobby, in any order: two workers tell of those who joined each at their own pace."""
    expect(screen.names).to_have_count(len(names))
    for name in names:
        expect(screen.names.get_by_text(name, exact=True)).to_have_count(1)


def test_a_phone_and_the_keys_run_a_game_together(two_workers, projector, phone):
    """Signed in on both; what one does the other shows, and a reload in any phase loses nothing."""
    screen = projector(two_workers.url)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    remote = as_remote(screen, phone(two_workers.url), pin)
    eve, ann, bob = (Client(two_workers.url) for _ in range(3))
    cat = phone(two_workers.url)
    for client, name in ((eve, "Eve"), (ann, "Ann"), (bob, "Bob")):
        client.ok("join", {"pin": pin, "nickname": name})
    cat.join(pin, "Cat", "qr")
    shows(screen, "Eve", "Ann", "Bob", "Cat")
    expect(remote.at("player-count")).to_have_text("4")
    cat.says("said", "See your name up there?")

    remote.at("players").click()
    remote.page.get_by_role("button", name="Ann").click()
    remote.at("extend").select_option("1.5")
    expect(remote.at("extra-time")).to_contain_text("× 1.5")
    assert ann.wait("extended") == {"factor": 1.5}
    remote.page.get_by_role("button", name="Close the list").click()
    expect(screen.at("names")).not_to_contain_text("1.5")

    screen.page.keyboard.press("?")
    expect(screen.at("keys")).to_contain_text("Page down")
    screen.page.keyboard.press("PageDown")
    screen.page.keyboard.press("Escape")
    expect(screen.at("keys")).to_have_count(0)
    screen.see("lobby")
    screen.page.keyboard.press("n")
    shows(screen, "Player 1", "Player 2", "Player 3", "Player 4")
    for _ in ("told", "reloaded"):
        cat.says("said", "Names are hidden on the big screen.")
        cat.page.reload()
    screen.page.get_by_role("button", name="Player 1").click()
    screen.at("confirm-kick").click()
    shows(screen, "Player 2", "Player 3", "Player 4")
    screen.page.reload()
    shows(screen, "Player 2", "Player 3", "Player 4")

    screen.page.keyboard.press("PageDown")
    screen.see("question")
    assert ann.wait("question")["time_limit_ms"] == 180_000
    closes_at = bob.wait("question")["closes_at"]
    remote.at("add-time").click()
    bob.wait("question", lambda told: told["closes_at"] == closes_at + 10_000)
    bob.ok("submit_answer", {"question": "q1", "answer": 0})
    expect(remote.at("answered")).to_have_text("1")
    remote.at("skip").click()
    remote.at("confirm-skip").click()
    screen.see("reveal")
    screen.says("skipped", "gives nobody points")
    assert bob.wait("result")["points"] == 0
    cat.says("verdict", "Skipped")
    screen.page.keyboard.press("b")
    screen.see("paused")
    screen.page.reload()
    screen.see("paused")
    remote.at("resume").click()
    screen.see("reveal")
    expect(screen.at("bar-0")).to_contain_text("1")

    expect(screen.at("next")).to_be_enabled()
    screen.page.keyboard.press("ArrowRight")
    screen.see("question")
    bob.ok("submit_answer", {"question": "q2", "answer": 0})
    remote.at("close").click()
    screen.see("reveal")
    remote.at("next").click()
    screen.see("leaderboard")
    screen.page.reload()
    screen.see("leaderboard")
    expect(screen.at("board-row").first).to_contain_text("Player 3")
    expect(remote.at("board-row").first).to_contain_text("Bob")
    screen.page.keyboard.press("n")
    expect(screen.at("board-row").first).to_contain_text("Bob")
    expect(screen.at("next")).to_have_text("Show the podium")
    remote.at("next").click()
    screen.see("podium")
    expect(remote.at("results")).to_be_visible()
    for client in (eve, ann, bob):
        client.close()


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


def test_an_option_that_cannot_be_is_said_at_its_field(one_worker, projector):
    """No game is begun, and whoever folded the options away is led to the field; mended, the game begins."""
    screen = projector(one_worker.url)
    screen.come_back()
    card = screen.at("quiz-two-long-ones")
    card.locator(".options summary").click()
    countdown = card.locator("[name=countdown_ms]")
    countdown.fill("61")
    expect(countdown).to_have_accessible_description(re.compile("Must be between"))
    expect(countdown).to_have_attribute("aria-invalid", "true")
    card.locator(".options summary").click()
    screen.at("live-two-long-ones").click()
    expect(countdown).to_be_focused()
    expect(countdown).to_be_visible()
    countdown.fill("30")
    closes_at = card.locator("[name=closes_at]")
    closes_at.fill("2001-01-01T12:00")
    expect(closes_at).to_have_accessible_description(re.compile("has passed"))
    closes_at.fill("")
    expect(closes_at).to_have_accessible_description("")
    card.locator("[name=team_count]").select_option("2")
    card.locator("[name=team_1]").fill("BLUE")
    expect(card.locator(".team-options").get_by_role("alert")).to_have_text("Two teams have the same name.")
    screen.at("live-two-long-ones").click()
    expect(card.locator("[name=team_0]")).to_be_focused()
    card.locator("[name=team_0]").fill("Owls")
    screen.at("live-two-long-ones").click()
    screen.see("lobby")
    screen.at("end").click()
    screen.at("confirm-end").click()
    screen.see("podium")


def test_a_tablets_bar_has_one_row_and_a_list_for_what_is_seldom_wanted(one_worker, projector):
    """All of it is there by thumb and by keyboard, in words; the list closes when something of it was chosen, or nothing."""
    screen = projector(one_worker.url)
    screen.come_back()
    screen.page.set_viewport_size(SIZES["tablet"])
    pin = screen.begin("two-long-ones", countdown_ms="0")
    player = Client(one_worker.url)
    player.ok("join", {"pin": pin, "nickname": "Ann"})
    expect(screen.at("more")).to_be_hidden()
    screen.at("start").click()
    screen.see("question")
    expect(screen.at("lock")).to_be_hidden()
    screen.at("more").click()
    for id, words in (("lock", "Lock"), ("fullscreen", "Full screen"), ("end", "End")):
        expect(screen.at(id)).to_have_text(words)
        expect(screen.at(id)).to_be_in_viewport(ratio=1)
    screen.at("lock").click()
    expect(screen.at("lock")).to_be_hidden()
    expect(screen.at("more")).to_be_focused()
    screen.page.keyboard.press("Enter")
    expect(screen.at("lock")).to_have_text("Unlock")
    screen.page.keyboard.press("Escape")
    expect(screen.at("lock")).to_be_hidden()
    screen.page.keyboard.press("Enter")
    screen.at("end").click()
    screen.at("confirm-end").click()
    screen.see("podium")
    player.close()


def test_games_that_are_over_leave_a_host_the_quizzes(one_worker, projector):
    """The newest three are there to go back to, and all that run; the others are among the results."""
    screen = projector(one_worker.url)
    screen.come_back()
    host = Client(one_worker.url, "/host", {"token": one_worker.sign_in("teacher", "a good password")})
    runs = host.ok("create_game", {"quiz": "two-long-ones", "mode": "live"})["pin"]
    over = []
    for _ in range(4):
        over.append(host.ok("create_game", {"quiz": "two-long-ones", "mode": "live"})["pin"])
        host.ok("end")
    screen.page.reload()
    for pin in (runs, *over[1:]):
        expect(screen.at(f"game-{pin}")).to_be_visible()
    expect(screen.at(f"game-{over[0]}")).to_have_count(0)
    host.close()


def test_a_late_reply_leaves_the_focus_with_who_went_on(one_worker, projector):
    """More time for the one is confirmed while the host is already busy with the other."""
    screen = projector(one_worker.url)
    held: list[Callable[[], None]] = []
    screen.page.route_web_socket("**/socket.io/*", lambda page: _holding_the_reply(page, held))
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    screen.open(f"/host/games/{pin}/remote")
    ann, bob = Client(one_worker.url), Client(one_worker.url)
    for client, name in ((ann, "Ann"), (bob, "Bob")):
        client.ok("join", {"pin": pin, "nickname": name})
    expect(screen.at("player-count")).to_have_text("2")
    screen.at("players").click()
    name = screen.at("roster").get_by_role("button", name="Ann")
    name.click()
    screen.at("extend").select_option("1.5")
    ann.wait("extended")
    screen.at("roster").get_by_role("button", name="Bob").click()
    expect(screen.at("confirm-kick").last).to_be_focused()
    screen.page.keyboard.press("Tab")
    eventually(lambda: screen.page.evaluate("1") and held)  # the page's socket is heard while the page is asked
    held.pop()()
    expect(name).to_be_visible()
    expect(screen.at("rename")).to_be_focused()
    ann.close()
    bob.close()


def test_a_phones_bar_lies_over_nothing_that_has_the_focus(one_worker, projector):
    """Names in the lobby come out from under it when the keyboard comes to them, and so does what removes one. The list of
    players lies over the page, which the keyboard then passes by.
    """
    screen = projector(one_worker.url)
    screen.come_back()
    pin = screen.begin("two-long-ones")
    screen.see("lobby")
    clients = [Client(one_worker.url) for _ in range(10)]
    for place, client in enumerate(clients):
        client.ok("join", {"pin": pin, "nickname": f"Ann {place}"})
    expect(screen.names).to_have_count(len(clients))
    screen.page.set_viewport_size(SIZES["phone"])
    keyboard = Keyboard(screen)
    assert keyboard.missed() == []
    last = screen.names.last.locator("button").get_attribute("data-testid")
    screen.page.evaluate("scrollTo(0, 0)")
    keyboard.press(str(last))
    keyboard.to("rename")
    screen.at("players").click()
    assert keyboard.missed() == []
    for client in clients:
        client.close()


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


def _holding_the_reply(page, held: list[Callable[[], None]]) -> None:
    """To `extend`, until somebody calls what is `held` then."""
    server, asked = page.connect_to_server(), []

    def sent(message) -> None:
        if '"extend"' in message:
            asked.append(re.match(r"42/host,(\d+)", message)[1])
        server.send(message)

    def said(message) -> None:
        if asked and message.startswith(f"43/host,{asked[0]}["):
            held.append(lambda: page.send(message))
        else:
            page.send(message)

    page.on_message(sent)
    server.on_message(said)


def test_a_game_of_whose_making_nobody_hears_is_made_once(one_worker, projector):
    """The desk gives the request up after a while and says so; pressed again, the button leads to the game that was made."""
    screen = projector(one_worker.url)
    screen.come_back()
    screen.page.evaluate(GIVING_UP)
    games = f"{one_worker.url}/api/v1/games"
    lost: list[str] = []

    def lose(route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().json()["pin"])
        screen.page.evaluate("giveUp()")

    screen.page.route(games, lose)
    before = {one["pin"] for one in screen.context.request.get(games).json()["games"]}
    button = screen.at("live-two-long-ones")
    button.click()
    expect(screen.at("quiz-two-long-ones").get_by_role("alert")).to_contain_text("The server did not answer")
    assert lost
    assert 1000 <= min(screen.page.evaluate("patience")) <= max(screen.page.evaluate("patience")) <= 60_000
    expect(button).to_have_text("Host live")
    button.click()
    screen.see("lobby")
    assert screen.page.url[-6:] == lost[0]
    assert {one["pin"] for one in screen.context.request.get(games).json()["games"]} == {*before, lost[0]}


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


def test_names_that_are_hidden_are_nowhere_on_the_screen(two_workers, projector, phone, host):
    """Neither in teams nor in the list of players, on a board from before they were hidden, on the podium; phones keep them."""
    options = {"hide_names": True, "countdown_ms": 0, "teams": ["Red", "Blue"], "team_choice": "assigned"}
    pin = host.ok("create_game", {"quiz": "two-long-ones", "mode": "live", "options": options})["pin"]
    screen, zoe = projector(two_workers.url), phone(two_workers.url)
    screen.come_back()
    screen.open(f"/host/games/{pin}")
    zoe.join(pin, "Zebedee", "qr")
    others = [Client(two_workers.url) for _ in range(4)]
    names = ["Zebedee", *(f"Quillon {number}" for number in range(len(others)))]
    for client, name in zip(others, names[1:], strict=True):
        client.ok("join", {"pin": pin, "nickname": name})

    def unnamed(screen_name: str) -> None:
        screen.see(screen_name)
        content = screen.page.content()
        assert [name for name in names if name in content] == []

    expect(screen.at("player-count")).to_have_text("5")
    expect(screen.at("team-rosters").locator(".names li")).to_have_count(5)
    unnamed("lobby")
    screen.at("players").click()
    screen.at("roster").get_by_role("button", name="Player 3").click()
    expect(screen.at("confirm-kick")).to_be_visible()
    unnamed("lobby")
    screen.page.keyboard.press("Escape")
    zoe.says("said", "Zebedee")
    hide = screen.at("hide-names")
    screen.at("start").click()
    for question in ("q1", "q2"):
        unnamed("question")
        for client in others:
            client.ok("submit_answer", {"question": question, "answer": 0})
        zoe.answer("single", 0)
        unnamed("reveal")
        screen.at("next").click()
        unnamed("leaderboard")
        expect(screen.at("board-row")).to_have_count(5)
        unnamed("leaderboard")
        if question == "q1":  # shown for once, and hidden while it stands there, and in the question after it
            for shown in ("leaderboard", "question"):
                hide.click()
                expect(hide).to_have_attribute("aria-label", "Hide names")
                expect(screen.at("board-row").first).not_to_contain_text("Player")
                if shown == "question":
                    screen.at("next").click()
                    screen.see("question")
                hide.click()
                expect(hide).to_have_attribute("aria-label", "Show names")
                unnamed(shown)
    screen.at("next").click()
    expect(screen.page.locator(".podium-step").filter(has_text="Player")).to_have_count(3)
    unnamed("podium")
    expect(zoe.see("podium")).to_contain_text("Zebedee")
    for client in others:
        client.close()


#: Names in the lobby that are not whole: cut, or beyond what is seen of their list or of the screen.
NOT_WHOLE = """() => {
    const list = document.querySelector("[data-testid=names]"), bar = document.querySelector(".controls").getBoundingClientRect();
    const end = Math.min(list.getBoundingClientRect().bottom, bar.top) + 1;
    return [...list.querySelectorAll("bdi")]
        .filter((name) => name.getBoundingClientRect().bottom > end || name.scrollWidth > name.clientWidth + 1)
        .map((name) => name.textContent)
        .concat(list.scrollHeight > list.clientHeight + 1 ? ["scrolls"] : []);
}"""


def test_a_laptops_lobby_shows_thirty_names_at_once(one_worker, projector):
    """And whoever comes before them: nothing has to be scrolled to read who is there."""
    screen = projector(one_worker.url)
    screen.come_back()
    pin = screen.begin("two-long-ones")
    screen.see("lobby")
    clients: list[Client] = []
    for count in (3, 8, 16, 24, 30):
        while len(clients) < count:
            clients.append(Client(one_worker.url))
            clients[-1].ok("join", {"pin": pin, "nickname": f"Katharina {len(clients)}"})
        expect(screen.names).to_have_count(count)
        for size in ({"width": 1280, "height": 720}, {"width": 1366, "height": 768}):
            screen.page.set_viewport_size(size)
            assert screen.page.evaluate(NOT_WHOLE) == [], (count, size)
            expect(screen.at("pin")).to_be_in_viewport(ratio=1)
    for client in clients:
        client.close()


def as_remote(screen: Device, device: Device, pin: str) -> Device:
    """The phone, made a remote control by the code on the screen: it has to sign in first, and the code is for hosts."""
    path = f"/host/games/{pin}/remote"
    assert requests.get(f"{screen.url}{path}.svg", timeout=60).status_code == 404
    screen.at("remote").click()
    code = screen.at("remote-code").locator("img")
    assert code.evaluate("async (code) => { await code.decode(); return code.naturalWidth }") > 0
    screen.page.keyboard.press("Escape")
    device.open(path)
    device.see("sign-in")
    device.at("host-name").fill("teacher")
    device.at("host-password").fill("a good password")
    device.at("sign-in").click()
    device.see("remote")
    return device

"""What a host does beside going on, and how it looks: games, options, players, names, whatever the screen's size."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.devices import as_remote, shows
from tests.browser.keyboard import Keyboard
from tests.browser.looking import SIZES, resize
from tests.harness.clients import Client
from tests.harness.server import eventually

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
            resize(screen.page, size)
            eventually(lambda: screen.page.evaluate(NOT_WHOLE) == [])  # who has just come is still growing
            expect(screen.at("pin")).to_be_in_viewport(ratio=1)
    for client in clients:
        client.close()

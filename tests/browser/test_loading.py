"""Pages come in few and small pieces, which a browser fetches once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.loading import load
from tests.harness.clients import Client
from tests.harness.server import eventually

#: What the first visit to a page may weigh, in bytes on the wire.
MOST = 150_000
#: Pages, what each is there for, and whether they are for who has signed in.
PAGES = (
    ("/", "nickname", False),
    ("/play/{pin}", "nickname", False),
    ("/host", "host-name", False),
    ("/host", "live-five-of-a-kind", True),
    ("/host/games/{pin}", "lock", True),
    ("/host/games/{pin}/remote", "lock", True),
    ("/host/quizzes/new", "save", True),
)


@pytest.fixture(scope="module")
def begun(one_worker) -> Iterator[tuple[str, str]]:
    """A game's PIN, and its host's token."""
    token = one_worker.sign_in("teacher", "a good password")
    host = Client(one_worker.url, "/host", {"token": token})
    yield host.ok("create_game", {"quiz": "five-of-a-kind", "mode": "live"})["pin"], token
    host.ok("end")
    host.close()


@pytest.mark.parametrize(("page", "control", "signed_in"), PAGES)
def test_a_page_weighs_little_and_what_it_loads_is_kept_for_good(one_worker, browser, begun, page, control, signed_in):
    """One script, compressed, from this server alone, and the second visit fetches the page itself and no more."""
    pin, token = begun
    path = page.format(pin=pin)
    known = [{"name": "quiz_session", "value": token, "url": one_worker.url}] if signed_in else []
    seen = load(browser, one_worker.url, path, control, known, throttled=False, visits=1)
    assert seen.bytes < MOST, seen
    kinds = [response["type"] for response in seen.responses]
    assert (kinds.count("Document"), kinds.count("Script")) == (1, 1), kinds
    for response in seen.responses:
        assert response["url"].startswith(one_worker.url + "/")
        headers = {name.lower(): value for name, value in response["headers"].items()}
        if response["type"] in ("Script", "Stylesheet"):
            assert "immutable" in headers["cache-control"], response["url"]
            assert headers["content-encoding"] in ("br", "gzip"), response["url"]
    again = load(browser, one_worker.url, path, control, known, throttled=False, visits=2)
    assert again.bytes < MOST / 20, again


def test_a_signed_in_host_waits_for_the_page_and_no_more(one_worker, projector):
    """Who it is, their games and quizzes come with the page, which asks for nothing else before the desk is there."""
    screen = projector(one_worker.url)
    screen.sign_in()  # to be ended here, unlike that of others
    pin = screen.begin("five-of-a-kind")
    screen.open("/host")
    screen.spoilt = True
    screen.page.add_init_script("setInterval = () => 0")  # without what is asked for again later
    asked: list[str] = []
    screen.page.on("request", lambda request: "/api/v1/" in request.url and asked.append(request.url))
    screen.page.reload()
    expect(screen.at("live-five-of-a-kind")).to_be_visible()
    expect(screen.at(f"game-{pin}")).to_be_visible()
    assert asked == []
    screen.at("sign-out").click()
    screen.see("sign-in")
    screen.at("host-name").fill("teacher")
    screen.at("host-password").fill("a good password")
    with screen.page.expect_response("**/api/v1/quizzes?*"):  # whoever signs in then gets what is theirs now
        screen.at("sign-in").click()
    expect(screen.at("live-five-of-a-kind")).to_be_visible()


@pytest.mark.parametrize("path", ["/host/games/{}", "/host/games/{}/remote"])
def test_a_host_sees_the_game_before_the_connection_is_there(one_worker, projector, path):
    """It comes with the page; what has changed since is told as soon as there is a connection."""
    screen = projector(one_worker.url)
    screen.come_back()
    pin = screen.begin("two-long-ones")
    clients = [Client(one_worker.url) for _ in "ab"]
    clients[0].ok("join", {"pin": pin, "nickname": "Ann"})
    lines: list[WebSocketRoute] = []
    screen.page.route_web_socket("**/socket.io/*", lambda line: lines.append(line))
    screen.open(path.format(pin))
    expect(screen.at("player-count")).to_have_text("1")
    expect(screen.at("lock")).to_be_enabled()
    screen.at("lock").click()  # which waits for the connection
    clients[1].ok("join", {"pin": pin, "nickname": "Bob"})
    eventually(lambda: screen.page.evaluate("1") and lines)  # the page's socket is heard while the page is asked
    expect(screen.at("player-count")).to_have_text("1")
    lines[0].connect_to_server()
    expect(screen.at("player-count")).to_have_text("2")
    expect(screen.at("lock")).to_have_text("Unlock")
    screen.at("end").click()
    screen.at("confirm-end").click()
    expect(screen.at("end")).to_have_count(0)
    for client in clients:
        client.close()


def test_what_a_slow_phone_has_no_use_for_yet_is_not_made(one_worker, projector):
    """Options and exports, which each quiz has, wait until somebody opens them; so do the browser's tables of languages."""
    screen = projector(one_worker.url)
    screen.spoilt = True
    screen.page.add_init_script("""window.made = [];
        for (const name of ["Locale", "NumberFormat", "DateTimeFormat", "DisplayNames"]) {
            Intl[name] = new Proxy(Intl[name], { construct: (kind, given) => (made.push(name), new kind(...given)) });
        }""")
    screen.open("/")
    screen.see("nickname")
    assert screen.page.evaluate("made") == []
    screen.come_back()
    assert screen.page.evaluate("made") == []
    card = screen.at("quiz-five-of-a-kind")
    assert card.locator("select, dialog").count() == 0
    card.locator(".options summary").click()
    expect(card.locator("[name=scoring]")).to_be_visible()
    screen.at("export-five-of-a-kind").click()
    expect(card.locator("dialog")).to_be_visible()
    screen.page.keyboard.press("Escape")
    expect(card.locator("dialog")).to_have_count(0)
    expect(screen.at("export-five-of-a-kind")).to_be_focused()

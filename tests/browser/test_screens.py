"""Every screen is one to show: accessible, whole in each size, theme and language, and there again after whatever happens.

`make test-screens` runs all of it and leaves pictures in test-results/screens; `make test` looks at a few.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.devices import Device, Projector
from tests.browser.keyboard import Keyboard
from tests.browser.looking import ALL, View, colour, look, put, resize
from tests.browser.stories import STORIES
from tests.browser.stories.hosting import authoring, desk
from tests.browser.stories.joining import joining
from tests.browser.stories.live import countdown, live, long_live
from tests.browser.stories.quizzes import PLAIN, RIGHT
from tests.browser.stories.remote import remote
from tests.browser.stories.self_paced import self_paced
from tests.browser.stories.teams import teams
from tests.browser.stories.troubles import troubles
from tests.browser.stories.world import PASSWORD, Stop, Story, World, furnish
from tests.harness.server import Server, serving
from tests.harness.tunnel import Tunnel

#: For a few looks at what somebody works on: LANGUAGES="de es" VIEWS="phone/dark tablet/contrast".
LANGUAGES = os.environ.get("LANGUAGES", "en ar").split()
VIEWS = [View(*one.split("/")) for one in os.environ["VIEWS"].split()] if "VIEWS" in os.environ else ALL
CUT_S = 10
#: Where the network is cut: each phase of a game, on both sides of it.
PHASES = ("lobby", "question-single", "sent", "paused", "result-single", "reveal-single", "leaderboard", "podium")
#: Where somebody looks something up beside the game, which a reload leaves: the buttons that lead there again.
ASIDE = {
    "own-pace-list": ["list"],
    "own-pace-review": ["look-again", "go-q2"],
    "remote-players": ["players"],
    "remote-skip": ["skip"],
}
#: Each size with each theme, languages and screens in turn.
FEW: tuple[tuple[Story, str, dict[str, View]], ...] = (
    (
        long_live,
        "ar",
        {
            "lobby-long": View("phone", "dark"),
            "menu-long": View("phone", "light"),
            "stage-lobby-long": View("projector", "light"),
            "question-single-long": View("phone", "contrast"),
            "stage-more-long": View("tablet", "dark"),
            "paused-long": View("tablet", "light"),
            "stage-paused-long": View("phone", "forced"),
            "stage-reveal-single-long": View("tablet", "forced"),
            "result-single-long": View("tablet", "dark"),
            "stage-question-multiple-long": View("projector", "contrast"),
        },
    ),
    (
        teams,
        "de",
        {
            "team-choice": View("phone", "light"),
            "stage-team-lobby": View("projector", "light"),
            "stage-team-question": View("projector", "dark"),
            "stage-team-leaderboard": View("tablet", "dark"),
            "team-leaderboard": View("phone", "contrast-dark"),
            "stage-team-podium": View("projector", "contrast"),
            "team-podium": View("phone", "dark"),
        },
    ),
    (
        desk,
        "es",
        {
            "sign-in-refused": View("tablet", "contrast"),
            "desk": View("projector", "dark"),
            "options": View("phone", "light"),
        },
    ),
    (joining, "de", {"join": View("phone", "light")}),
    (authoring, "ar", {"editor-new": View("phone", "light")}),
    (remote, "es", {"remote-question": View("phone", "light")}),
    (troubles, "de", {"stage-provisional": View("tablet", "light"), "stage-offline": View("projector", "light")}),
    (
        troubles,
        "ar",
        {
            "stage-provisional": View("phone", "light"),
            "offline": View("phone", "contrast-dark"),
            "stage-offline": View("tablet", "light"),
        },
    ),
)


@pytest.fixture(scope="module")
def tunnel() -> Iterator[Tunnel]:
    """A way to the server that can be cut."""
    with contextlib.closing(Tunnel()) as dug:
        yield dug


@pytest.fixture(scope="module")
def furnished(tunnel: Tunnel) -> Iterator[tuple[Server, dict[str, str]]]:
    """An instance with one worker, and the slugs of its quizzes. Players without a screen may answer no ping for minutes, while
    a busy machine looks at the screens of others; who was dropped would be missing from then on.
    """
    with serving(1, QUIZ_ORIGINS=tunnel.url, QUIZ_WEBSOCKET__HEARTBEAT__INTERVAL_SECONDS="300") as running:
        tunnel.server_url = running.url
        yield running, furnish(running)


@contextlib.contextmanager
def told(world: World, story: Story) -> Iterator[Iterator[Stop]]:
    """A story, after which nobody's page may have complained."""
    try:
        yield story(world)
    finally:
        world.close()
    for device in world.devices:
        device.check()


@pytest.mark.parametrize(("story", "language", "views"), FEW, ids=lambda one: getattr(one, "__name__", None))
def test_a_few_screens(furnished: Any, browser: Browser, story: Story, language: str, views: dict[str, View]):
    """Each size in each theme with texts as long as may be: axe-core finds nothing, nothing is cut off or too small to hit."""
    found: list[str] = []
    left = dict(views)
    with told(World(*furnished, browser, language), story) as stops:
        for name, device in stops:
            if name in left:
                found += look(name, device, language, [left.pop(name)], picture=False)
            if not left:
                break
    assert not found, "\n".join(found)
    assert not left


def test_colours_that_somebody_chose(furnished: Any, browser: Browser):
    """They are on at once, and from the first moment on the next page, whatever the system asks for, or what it asks for."""
    world = World(*furnished, browser)
    phone, scheme = world.phone(), "getComputedStyle(document.documentElement).colorScheme"
    ground = "getComputedStyle(document.body).backgroundColor"
    phone.open("/")
    phone.see("nickname")
    put(phone.page, View("phone", "light"))
    assert phone.page.evaluate(scheme) == "light"
    phone.at("theme").select_option("dark-contrast")
    assert phone.page.evaluate(scheme) == "dark"
    phone.page.wait_for_function(f"() => {ground} === 'rgb(0, 0, 0)'")
    for button in ("roll", "join"):
        key = phone.at(button)
        assert key.evaluate("key => getComputedStyle(key).backgroundColor") == "rgb(255, 255, 255)", (
            f"{button}: not black and white"
        )
    plain = world.server.url + "/"
    without_scripts = browser.new_context(java_script_enabled=False, storage_state=phone.context.storage_state()).new_page()
    without_scripts.goto(plain)
    assert (without_scripts.evaluate(scheme), without_scripts.evaluate(ground)) == ("dark", "rgb(0, 0, 0)")
    without_scripts.context.close()
    phone.at("theme").select_option("system")
    for wish in ("dark", "light"):
        put(phone.page, View("phone", wish))
        phone.page.wait_for_function(f"() => {scheme} === '{wish}'")
    phone.page.reload()
    phone.page.wait_for_function(f"() => {scheme} === 'light'")  # the emulated wish of the system may come after the page
    desk, name = world.desk(""), "getComputedStyle(document.querySelector('.brand')).color"
    tile = "getComputedStyle(document.querySelector('.brand-tile')).fill"
    desk.open("/host")
    desk.see("sign-in")
    put(desk.page, View("projector", "contrast"))
    for one in (name, tile):
        assert desk.page.evaluate(one) != desk.page.evaluate(ground)  # where axe can't say, since the bar is clipped
    world.close()


def test_a_bar_that_just_fits_still_does_when_the_system_asks_for_more_contrast(furnished: Any, browser: Browser):
    """Also if it asks while the page is open: its keys get thicker borders, and nothing else changes."""
    world = World(*furnished, browser)
    desk = world.desk("head")
    desk.open("/host")
    desk.see("desk")
    page, bar = desk.page, desk.page.locator(".desk-bar")
    colour(page, "light")
    tight, fits = 200, 1024
    while fits - tight > 1:
        width = (tight + fits) // 2
        resize(page, {"width": width, "height": 800})
        tight, fits = (width, fits) if bar.evaluate("bar => bar.classList.contains('is-tight')") else (tight, width)
    resize(page, {"width": fits, "height": 800})
    for theme in ("light", "contrast"):
        colour(page, theme)
        assert bar.evaluate("({ children: [first, ...rest] }) => rest.at(-1).offsetTop < first.offsetTop + first.offsetHeight")
    world.close()


@pytest.mark.screens
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_every_screen_in_every_size_and_theme(furnished: Any, browser: Browser, story: Story, language: str):
    """axe-core finds nothing, nothing is cut off or too small to hit, also with text of twice the size; pictures are left."""
    found: list[str] = []
    with told(World(*furnished, browser, language), story) as stops:
        for name, device in stops:
            found += look(name, device, language, VIEWS)
    assert not found, "\n".join(found)


@pytest.mark.screens
@pytest.mark.parametrize("story", [countdown, live, teams, remote, self_paced], ids=lambda story: story.__name__)
def test_a_reload_in_each_phase(furnished: Any, browser: Browser, story: Story):
    """Whoever reloads is where they were in the game."""
    with told(World(*furnished, browser), story) as stops:
        for name, device in stops:
            before = _shown(device)
            device.page.reload()
            for button in ASIDE.get(name, []):
                device.at(button).click()
            _is_back(device, before)


@pytest.mark.screens
@pytest.mark.timeout(600)
def test_a_network_that_is_cut_in_each_phase(furnished: Any, tunnel: Tunnel, browser: Browser):
    """Phone and projector say that they are reconnecting for as long as it lasts, and are where they were when it is over."""
    world = World(*furnished, browser, url=tunnel.url)
    left = set(PHASES)
    with told(world, live) as stops:
        for name, device in stops:
            device.forgive("WebSocket connection to|Failed to load resource")
            if name.removeprefix("stage-") not in PHASES:
                continue
            left.discard(name.removeprefix("stage-"))
            before = _shown(device)
            tunnel.cut()
            expect(device.reconnecting).to_be_visible()
            time.sleep(CUT_S)  # as people wait
            expect(device.reconnecting).to_be_visible()
            tunnel.mend()
            for one in world.devices:
                expect(one.reconnecting).to_be_hidden()
            _is_back(device, before)
    assert not left, f"the story has no screens of these names any more: {left}"


def _shown(device: Device) -> tuple[str | None, str]:
    """The screen, and its heading."""
    headings = device.page.locator("h1")
    shown = device.page.locator("[data-screen]")
    return shown.get_attribute("data-screen"), headings.first.inner_text() if headings.count() else ""


def _is_back(device: Device, before: tuple[str | None, str]) -> None:
    screen, heading = before
    expect(device.page.locator("[data-screen]")).to_have_attribute("data-screen", screen or "")
    if heading:
        expect(device.page.locator("h1").first).to_have_text(re.compile(re.escape(heading), re.IGNORECASE))


@pytest.mark.screens
def test_a_live_game_by_keyboard_alone(furnished: Any, browser: Browser):
    """From signing in to the podium, and from the front door to the last place: all types, a pause, a removal, the end."""
    world = World(*furnished, browser)
    screen, ada = world.desk(""), world.phone()
    host, player = Keyboard(screen), Keyboard(ada)
    screen.open("/host")
    screen.see("sign-in")
    host.type("host-name", "teacher")
    host.type("host-password", PASSWORD)
    host.press("sign-in")
    screen.see("desk")
    host.press(f"live-{world.slugs['plain']}")
    screen.see("lobby")
    ada.open("/")
    player.type("pin", screen.page.url[-6:])
    player.type("nickname", "Ada")
    player.press("join")
    ada.see("lobby")
    ben = world.client()
    ben.ok("join", {"pin": screen.page.url[-6:], "nickname": "Ben"})
    expect(screen.names).to_have_count(2)
    player_id = screen.names.filter(has_text="Ben").locator("button").get_attribute("data-testid")
    host.press(str(player_id))
    host.press("confirm-kick")
    expect(screen.names).to_have_count(1)
    host.press("start")
    for index, question in enumerate(PLAIN["questions"]):
        screen.see("question")
        if index == 0:
            host.press("pause")
            screen.see("paused")
            host.press("resume")
            screen.see("question")
        player.answer(question["type"], RIGHT["plain"][index])
        screen.see("reveal")
        ada.says("said", "Thanks for your vote" if question["type"] == "poll" else "Correct!")
        screen.says("said", "Answer")
        host.press("next")
        screen.see("leaderboard")
        expect(screen.at("next")).to_be_enabled()
        screen.page.keyboard.press("PageDown")
    screen.see("podium")
    ada.see("podium")
    world.close()


@pytest.mark.screens
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_everything_is_reached_by_keyboard(furnished: Any, browser: Browser, story: Story):
    """On every screen Tab comes to all that can be pressed, in the order of the page, and it is always seen where it is."""
    found: list[str] = []
    with told(World(*furnished, browser), story) as stops:
        for name, device in stops:
            found += [f"{name}: {one}" for one in Keyboard(device).missed()]
            if isinstance(device, Projector):  # of a host who has nothing but a phone
                before = device.page.viewport_size
                put(device.page, View("phone", "light"))
                found += [f"{name} on a phone: {one}" for one in Keyboard(device).missed()]
                device.page.set_viewport_size(before)
    assert not found, "\n".join(found)

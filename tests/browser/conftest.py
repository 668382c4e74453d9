"""A real Chromium, with devices at a projector's and a phone's size, in front of a real server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.harness.server import Server, serving

PROJECTOR, PHONE = {"width": 1920, "height": 1080}, {"width": 360, "height": 640}
QUIET = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run".split()
PASSWORD = "a good password"
QUIZ = {
    "title": "Five",
    "questions": [
        {"type": "single", "text": "What is 2 + 2?", "choices": ["3", "4", "5", "22"], "correct": 1, "explanation": "Two pairs."},
        {"type": "multiple", "text": "Which are even?", "choices": ["1", "2", "3", "4"], "correct": [1, 3]},
        {"type": "true_false", "text": "Water is wet.", "correct": True},
        {"type": "text", "text": "What is the capital of France?", "correct": ["Paris"]},
        {"type": "number", "text": "How many days has a week?", "correct": 7},
    ],
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser that the system has."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=[1, 2], ids=["1 worker", "2 workers"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """An instance with the quiz and a host."""
    with serving(request.param, QUIZ_ORIGINS="") as running:
        file = running.folder / "five.json"
        file.write_text(json.dumps(QUIZ))
        running.flask("quiz", "import", str(file))
        running.flask("host", "add", "teacher", "--password", PASSWORD)
        yield running


class Devices:
    """Opens pages, and remembers what went wrong on them."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server = browser, server
        self.contexts, self.complaints = [], []

    def page(self, size: dict[str, int], url: str = "") -> Page:
        """A page on a device of its own."""
        context = self.browser.new_context(viewport=size, base_url=url or self.server.url, has_touch=size is PHONE)
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("request", lambda request: self._watch(request.url))
        return page

    def _watch(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
            self.complaints.append(f"asked another host: {url}")

    def host(self) -> Page:
        """A host who signed in on a projector's screen."""
        page = self.page(PROJECTOR)
        page.goto("/host")
        page.fill(at("host-name"), "teacher")
        page.fill(at("host-password"), PASSWORD)
        page.click(at("sign-in"))
        page.wait_for_selector(at("quiz-five"))
        return page

    def game(self, mode: str = "live") -> tuple[Page, str]:
        """The host's page of a new game, and its PIN."""
        page = self.host()
        page.click(at(f"{mode}-five"))
        page.wait_for_url("**/host/games/*")
        return page, page.url[-6:]

    def player(self, pin: str, nickname: str, url: str = "") -> Page:
        """A phone that joined through the QR code's address."""
        page = self.page(PHONE, url)
        page.goto(f"/?pin={pin}")
        page.fill(at("nickname"), nickname)
        page.click(at("join"))
        page.wait_for_url(f"**/play/{pin}")
        return page

    def unexpected(self) -> list[str]:
        """What pages complained of, but for the refusal that asking "who is signed in?" may get, and cut connections."""
        known = ("401", "WebSocket connection", "ERR_CONNECTION", "ERR_EMPTY_RESPONSE")
        return [one for one in self.complaints if not any(word in one for word in known)]


def at(name: str) -> str:
    """The selector of a control by its test id."""
    return f'[data-testid="{name}"]'


def screen(name: str) -> str:
    """The selector of a screen."""
    return f'[data-screen="{name}"]'


def fits(page: Page) -> bool:
    """Whether nothing scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.fixture
def devices(chromium: Browser, server: Server) -> Iterator[Devices]:
    """Devices, all switched off at the end; a page that complained fails the test."""
    held = Devices(chromium, server)
    yield held
    for context in held.contexts:
        context.close()
    assert held.unexpected() == []

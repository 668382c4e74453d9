"""A host's projector and players' phones: what people do on them, and what must hold of every page whatever they do."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Error, Locator, Page, Request, WebSocket, expect

PROJECTOR = {"width": 1920, "height": 1080}
PHONE = {"width": 360, "height": 640}

#: Violations of the content security policy are told to the console too, but not all of them as errors.
_REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""
_WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


#: What is there when nobody uses a device: from the same origin, so that it stays in its process.
_NOTHING = {"body": "", "content_type": "text/html", "headers": {"Cross-Origin-Opener-Policy": "same-origin"}}


#: A try to connect took longer than a page waits for one, and it tries again: on a busy machine nobody's fault.
_IMPATIENT = "WebSocket is closed before the connection is established"


class Device:
    """One page in a browser profile of its own. `complaints` collects what no page may do.

    It has several users, one after the other (`enter`, `leave`). Who touches the `context`, or changes the page for good (scripts
    that run first, functions, a clock: sets `spoilt`), is the last.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._context, self.spoilt = context, False
        context.add_init_script(_REPORT_VIOLATIONS)
        self.page: Page = context.new_page()
        self._first, self._size = self.page, self.page.viewport_size
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._complain(f"uncaught: {error}"))
        self.page.on("dialog", self._interrupted)
        self.page.on("request", self._asked)
        self.page.on("websocket", self._connected)
        self.enter(url)

    @property
    def context(self) -> BrowserContext:
        """The profile."""
        self.spoilt = True
        return self._context

    def enter(self, url: str) -> None:
        """Somebody uses it for this server."""
        self.url, self._leaving = url, False
        self.complaints: list[str] = []
        self._forgiven: list[str] = []

    def leave(self) -> bool:
        """Hears the last complaints, and becomes what a new one is, but for the files that it keeps; False if it cannot."""
        page = self.page
        if self.spoilt or page is not self._first:
            return False
        try:
            page.evaluate("0")  # what it said before has been heard then
            self._leaving = True
            page.unroute_all()
            page.route("**/*", lambda route: route.fulfill(**_NOTHING))
            page.goto(self.url)
            page.unroute_all()
            page.evaluate("sessionStorage.clear(), window.name = ''")
            for other in self._context.pages:
                if other is not page:
                    other.close()
            tools = self._context.new_cdp_session(page)
            tools.send("Storage.clearDataForOrigin", {"origin": self.url, "storageTypes": "all"})
            tools.detach()
            self._context.clear_cookies()
            if self._size and page.viewport_size != self._size:
                page.set_viewport_size(self._size)
            page.emulate_media(media="null", color_scheme="null", forced_colors="null", contrast="null", reduced_motion="reduce")
        except Error:
            return False
        return True

    def close(self) -> None:
        """Nobody uses it any more."""
        self._context.close()

    def _complain(self, what: str) -> None:
        if not self._leaving:
            self.complaints.append(what)

    def _interrupted(self, dialog: Dialog) -> None:
        self._complain(f"dialog: {dialog.message}")
        if self._leaving:
            dialog.accept()
        else:
            dialog.dismiss()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and _IMPATIENT not in message.text:
            self._complain(f"console: {message.text} ({message.location['url']})")

    def _asked(self, request: Request) -> None:
        self._same_host(request.url)

    def _connected(self, socket: WebSocket) -> None:
        self._same_host(socket.url)

    def _same_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and parts.netloc != urlsplit(self.url).netloc:
            self._complain(f"another host: {url}")

    def forgive(self, pattern: str) -> None:
        """Complaints that a test provokes."""
        self._forgiven.append(pattern)

    def check(self) -> None:
        """Fails if the page complained, spoke to another host, or broke the content security policy."""
        left = [one for one in self.complaints if not any(re.search(pattern, one) for pattern in self._forgiven)]
        assert left == [], left

    def open(self, path: str) -> None:
        """Goes to a page."""
        self.page.goto(self.url + path)

    def at(self, name: str) -> Locator:
        """What carries this `data-testid`."""
        return self.page.get_by_test_id(name)

    def see(self, screen: str, timeout_ms: float = 30_000) -> Locator:
        """Waits for a screen, which must not scroll sideways."""
        found = self.page.locator(f'[data-screen="{screen}"]')
        expect(found).to_be_visible(timeout=timeout_ms)
        self.fits()
        return found

    def fits(self) -> None:
        """Nothing is cut off at the side."""
        content, window = self.page.evaluate(_WIDTHS)
        assert content <= window, f"{content} px wide on a screen of {window} px: {self.page.inner_text('body')[:200]}"

    def says(self, name: str, words: str | re.Pattern[str]) -> None:
        """Waits for words in what carries this `data-testid`."""
        expect(self.at(name)).to_contain_text(words)

    @property
    def reconnecting(self) -> Locator:
        """The banner that says so."""
        return self.at("banner-reconnecting")


@cache
def _session(url: str, name: str, password: str) -> str:
    reply = requests.post(f"{url}/api/v1/session", json={"name": name, "password": password}, timeout=60)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["token"])


class Projector(Device):
    """The host's page."""

    def sign_in(self, name: str = "teacher", password: str = "a good password") -> None:
        """From the front door to the quizzes."""
        self.open("/host")
        self.see("sign-in")
        self.at("host-name").fill(name)
        self.at("host-password").fill(password)
        self.at("sign-in").click()
        self.see("desk")

    def come_back(self, name: str = "teacher", password: str = "a good password") -> None:
        """To the quizzes, with the session of an earlier sign-in, which nobody may end: a password takes its time on purpose."""
        token = _session(self.url, name, password)
        self._context.add_cookies([{"name": "quiz_session", "value": token, "url": self.url}])
        self.open("/host")
        self.see("desk")

    def begin(self, quiz: str, mode: str = "live", **options: str) -> str:
        """Starts a game from the list of quizzes; its PIN."""
        card = self.at(f"quiz-{quiz}")
        if options:
            card.locator(".options summary").click()
        for name, value in options.items():
            field = card.locator(f"[name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.at(f"{mode}-{quiz}").click()
        self.page.wait_for_url("**/host/games/*")
        return self.page.url[-6:]

    @property
    def names(self) -> Locator:
        """The names in the lobby."""
        return self.at("names").locator("li")

    def standing(self) -> dict[str, int]:
        """What the podium and the board below it say."""
        steps = self.page.locator(".podium-step, .board-row").all()
        texts = [step.locator(".podium-name, .board-name, .podium-score, .board-score").all_inner_texts() for step in steps]
        return {name: number(score) for name, score in texts}


class Phone(Device):
    """A player's page."""

    def join(self, pin: str, nickname: str, by: str = "form") -> None:
        """Takes a seat: typing the PIN (`form`), or from the QR code's address (`qr`), or from the game's own page (`play`)."""
        self.open({"form": "/", "qr": f"/?pin={pin}", "play": f"/play/{pin}"}[by])
        self.ask_in(pin if by == "form" else None, nickname)
        expect(self.page).to_have_url(f"{self.url}/play/{pin}")

    def ask_in(self, pin: str | None, nickname: str) -> None:
        """Fills the form in, whatever comes of it."""
        self.see("nickname")
        if pin:
            self.at("pin").fill(pin)
        self.at("nickname").fill(nickname)
        self.at("join").click()

    def answer(self, kind: str, value: Any) -> None:
        """Answers the open question as a thumb does."""
        self.see("question")
        if kind in ("single", "poll", "true_false"):
            self.at(f"choice-{str(value).lower()}").click()
            return
        if kind == "multiple":
            for choice in value:
                self.at(f"choice-{choice}").click()
        elif kind == "order":
            self._arrange(value)
        else:
            self.at(f"answer-{kind}").fill(str(value))
        self.at("send").click()

    def _arrange(self, wanted: list[int]) -> None:
        items = self.page.locator(".order-item")
        for place, choice in enumerate(wanted):
            while items.nth(place).get_attribute("data-testid") != f"choice-{choice}":
                self.at(f"up-{choice}").click()

    @property
    def score(self) -> int:
        """What the bar on top says."""
        return number(self.at("score").inner_text())


def number(text: str) -> int:
    """1,000 as people read it."""
    return int(text.replace(",", ""))


def shows(screen: Projector, *names: str) -> None:
    """The lobby, in any order: two workers tell of those who joined each at their own pace."""
    expect(screen.names).to_have_count(len(names))
    for name in names:
        expect(screen.names.get_by_text(name, exact=True)).to_have_count(1)


def as_remote(screen: Projector, device: Device, pin: str) -> Device:
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

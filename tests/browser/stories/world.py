"""Where stories happen: a server with quizzes and hosts, people with devices, and games that are led without a screen."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import requests
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from tests.browser.devices import PHONE, PROJECTOR, Device, Phone, Projector
from tests.browser.stories.quizzes import LONG, OTHERS, PLAIN
from tests.harness.clients import Client
from tests.harness.server import Server

Stop = tuple[str, Device]
Story = Callable[["World"], Iterator[Stop]]

#: Others may work on the machine too.
PATIENCE_MS = 30_000
PASSWORD = "a good password"
NAMES = ("Grace", "Linus", "Margaret", "Dennis", "Barbara", "Ken", "Radia", "Tim", "Hedy", "Alan", "Katherine", "Edsger")


def furnish(server: Server) -> dict[str, str]:
    """Gives a server both quizzes and two hosts; the quizzes' slugs by their names here."""
    server.flask("host", "add", "head", "--password", PASSWORD, "--admin")
    server.flask("host", "add", "teacher", "--password", PASSWORD)
    headers = {"Authorization": f"Bearer {server.sign_in('head', PASSWORD)}"}
    picture = requests.post(f"{server.url}/api/v1/images", data=_picture(), headers=headers, timeout=60).json()["image"]
    slugs = {}
    for name, quiz in (("plain", PLAIN), ("long", LONG)):
        file = server.folder / f"{name}.json"
        file.write_text(json.dumps(quiz).replace("<picture>", picture))
        slugs[name] = server.flask("quiz", "import", str(file)).splitlines()[-1]
    return slugs


def _picture() -> bytes:
    image = Image.new("RGB", (960, 540), "#0d1730")
    pen = ImageDraw.Draw(image)
    pen.ellipse((330, 120, 630, 420), fill="#c2502e")
    pen.ellipse((380, 190, 460, 250), fill="#a23e22")
    for place in range(60):
        x, y = place * 173 % 960, place * 97 % 540
        pen.ellipse((x, y, x + 2, y + 2), fill="#dfe6f5")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


class World:
    """Where a story happens: a server with quizzes, and a browser whose people read `language`."""

    def __init__(self, server: Server, slugs: dict[str, str], browser: Browser, language: str = "en", url: str = "") -> None:
        """`url` is where the devices find the server, if another way leads there for them."""
        self.server, self.slugs, self.url = server, slugs, url or server.url
        self._browser, self._language = browser, language
        self.devices: list[Device] = []
        self._clients: list[Client] = []

    def _device(self, kind: Any, **options: Any) -> Any:
        context = self._browser.new_context(reduced_motion="reduce", locale=self._language, **options)
        self.devices.append(kind(context, self.url))
        self.devices[-1].page.set_default_timeout(PATIENCE_MS)
        return self.devices[-1]

    def phone(self) -> Phone:
        """Of a player."""
        return self._device(Phone, viewport=PHONE, has_touch=True)

    def desk(self, name: str = "teacher") -> Projector:
        """Of a host who has signed in; nothing is open yet."""
        screen: Projector = self._device(Projector, viewport=PROJECTOR)
        if name:
            given = {"name": name, "password": PASSWORD}
            assert screen.context.request.post(f"{self.url}/api/v1/session", data=given).ok
        return screen

    def client(self, *args: Any) -> Client:
        """Somebody without a screen."""
        self._clients.append(Client(self.server.url, *args))
        return self._clients[-1]

    def game(self, quiz: str, mode: str = "live", **options: Any) -> Game:
        """A new game."""
        return Game(self, quiz, mode, options)

    def close(self) -> None:
        """Everybody leaves."""
        for client in self._clients:
            client.close()
        for device in self.devices:
            device.context.close()


class Game:
    """One that is led without a screen, and played by others without one."""

    def __init__(self, world: World, quiz: str, mode: str, options: dict[str, Any]) -> None:
        self.world, self.quiz = world, quiz
        self.host = world.client("/host", {"token": world.server.sign_in("teacher", PASSWORD)})
        self.pin = self.host.ok("create_game", {"quiz": world.slugs[quiz], "mode": mode, "options": options})["pin"]
        self.teams: tuple[str, ...] = options.get("teams", ())
        self.others: list[Client] = []

    def fill(self, *names: str) -> None:
        """They join, teams in turn."""
        for place, name in enumerate(names):
            wish = {"team": self.teams[place % len(self.teams)]} if self.teams else {}
            self.others.append(self.world.client())
            self.others[-1].ok("join", {"pin": self.pin, "nickname": name, **wish})

    def leads(self, event: str) -> None:
        """The host's next move."""
        self.host.ok(event)

    def answered(self, index: int, some: int | None = None) -> None:
        """By all others, or some of them."""
        answers = OTHERS[self.quiz][index]
        for place, client in enumerate(self.others[:some]):
            client.ok("submit_answer", {"question": f"q{index + 1}", "answer": answers[place % len(answers)]})

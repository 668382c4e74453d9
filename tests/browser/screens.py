"""Every screen, and how to get there.

A story is what people do, told by a generator: each `yield` is a screen that somebody looks at, with its name and the device that
shows it. A new screen is one more `yield`. What is looked at, and in which sizes, themes and languages: tests/browser/looking.py.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import requests
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect

from tests.browser.devices import PHONE, PROJECTOR, Device, Phone, Projector
from tests.harness.clients import Client
from tests.harness.server import Server

Stop = tuple[str, Device]
Story = Callable[["World"], Iterator[Stop]]

#: Others may work on the machine too.
PATIENCE_MS = 30_000
PASSWORD = "a good password"
NAMES = ("Grace", "Linus", "Margaret", "Dennis", "Barbara", "Ken", "Radia", "Tim", "Hedy", "Alan", "Katherine", "Edsger")
#: Twenty graphemes, the widest there are.
WIDEST = "WWWWWWWWWWWWWWWWWWWW"
#: What nobody should write, and somebody will.
LONG_QUESTION = (
    "Which of these statements about the migration of the Arctic tern, which flies from the Arctic to the Antarctic and back "
    "every year, and so sees more daylight than any other animal of this planet, is the one that researchers who fitted many "
    "birds with geolocators found to be true of most of them?"
)
LONG_CHOICE = "They follow the coasts of Africa and South America, and rest at sea for a month."

PLAIN: dict[str, Any] = {
    "title": "A walk through everything",
    "description": "One question of each type, for an afternoon in the museum.",
    "language": "en",
    "tags": ["science", "year 7"],
    "questions": [
        {
            "type": "single",
            "text": "Which planet is called the red one?",
            "image": "<picture>",
            "image_alt": "A red disc on a dark sky",
            "choices": ["Venus", "Mars", "Jupiter", "Mercury"],
            "correct": 1,
        },
        {
            "type": "multiple",
            "text": "Which of these breathe air?",
            "choices": ["Tuna", "Dolphin", "Squid", "Seal"],
            "correct": [1, 3],
        },
        {
            "type": "true_false",
            "text": "Honey keeps for centuries.",
            "correct": True,
            "explanation": "Sealed, it does: jars in Egyptian tombs were still good after three thousand years.",
        },
        {"type": "text", "text": "What is the capital of Peru?", "correct": ["Lima"]},
        {"type": "number", "text": "How many bones has an adult?", "correct": 206, "tolerance": 2},
        {
            "type": "order",
            "text": "From the smallest to the largest",
            "choices": ["Moon", "Mars", "Earth", "Sun"],
            "correct": [0, 1, 2, 3],
        },
        {"type": "poll", "text": "Where shall we go next?", "choices": ["The zoo", "The harbour", "The observatory"]},
    ],
}
LONG: dict[str, Any] = {
    "title": "What is written by people who never look at a phone: long titles, long questions and long choices, all at once",
    "questions": [
        {"type": "single", "text": LONG_QUESTION, "choices": [LONG_CHOICE] * 4, "correct": 1, "explanation": LONG_QUESTION},
        {"type": "multiple", "text": LONG_QUESTION, "choices": [LONG_CHOICE] * 8, "correct": [1, 3], "image": "<picture>"},
        {"type": "order", "text": LONG_QUESTION, "choices": [LONG_CHOICE] * 8, "correct": [0, 1, 2, 3, 4, 5, 6, 7]},
        {"type": "text", "text": LONG_QUESTION, "correct": [LONG_CHOICE]},
    ],
}
#: A right answer to each question, and what others say.
RIGHT: dict[str, list[Any]] = {
    "plain": [1, [1, 3], True, "Lima", 206, [0, 1, 2, 3], 2],
    "long": [1, [1, 3], [0, 1, 2, 3, 4, 5, 6, 7], "Africa"],
}
OTHERS: dict[str, list[list[Any]]] = {
    "plain": [
        [1, 0, 2],
        [[1, 3], [0], [1, 2]],
        [True, False],
        ["Lima", "Cusco", "lima "],
        [206, 200, 212],
        [[0, 1, 2, 3], [1, 0, 2, 3]],
        [2, 0, 1],
    ],
    "long": [[1, 0, 2], [[1, 3], [0, 7]], [[0, 1, 2, 3, 4, 5, 6, 7], [1, 0, 2, 3, 4, 5, 6, 7]], ["Africa", LONG_CHOICE]],
}
for _question in (*PLAIN["questions"], *LONG["questions"]):
    _question["time_limit"] = 600

MISTAKEN = b"""question,type,choice_1,choice_2,correct
2 + 2?,single,3,4,2
3 + 3?,single,6,7,9
,single,1,2,1
Is 1 odd?,true_false,,,true
"""


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
        self.others: list[Client] = []

    def fill(self, *names: str) -> None:
        """They join."""
        for name in names:
            self.others.append(self.world.client())
            self.others[-1].ok("join", {"pin": self.pin, "nickname": name})

    def leads(self, event: str) -> None:
        """The host's next move."""
        self.host.ok(event)

    def answered(self, index: int, some: int | None = None) -> None:
        """By all others, or some of them."""
        answers = OTHERS[self.quiz][index]
        for place, client in enumerate(self.others[:some]):
            client.ok("submit_answer", {"question": f"q{index + 1}", "answer": answers[place % len(answers)]})


def joining(world: World) -> Iterator[Stop]:
    """From the front door to the lobby, and what may be in the way."""
    game = world.game("plain", max_players=2)
    ada = world.phone()
    ada.open("/")
    ada.see("nickname")
    yield "join", ada
    ada.ask_in("000000", "Ada")
    expect(ada.at("error")).not_to_be_empty()
    yield "join-refused", ada
    ada.open(f"/?pin={game.pin}")
    ada.see("nickname")
    yield "join-from-code", ada
    game.fill(*NAMES[:2])
    ada.ask_in(None, "Ada")
    expect(ada.at("error")).not_to_be_empty()
    yield "join-full", ada
    ada.open("/play/000000")
    ada.see("nickname")
    yield "join-own-page", ada


def live(world: World, quiz: str = "plain", names: tuple[str, ...] = NAMES, nickname: str = "Ada") -> Iterator[Stop]:
    """A live game, on the projector and on the phone of somebody who knows everything."""
    game = world.game(quiz, countdown_ms=0, auto_close=False)
    kinds = [question["type"] for question in (PLAIN if quiz == "plain" else LONG)["questions"]]
    tail = "" if quiz == "plain" else "-long"
    screen, ada = world.desk(), world.phone()
    screen.open(f"/host/games/{game.pin}")
    screen.see("lobby")
    yield f"stage-lobby-empty{tail}", screen
    ada.join(game.pin, nickname, "qr")
    ada.see("lobby")
    yield f"lobby{tail}", ada
    ada.page.locator(".menu summary").click()
    yield f"menu{tail}", ada
    ada.page.locator(".menu summary").click()
    game.fill(*names)
    expect(screen.names).to_have_count(1 + len(names))
    yield f"stage-lobby{tail}", screen
    if quiz == "plain":
        screen.at("players").click()
        yield "stage-players", screen
        screen.page.keyboard.press("Escape")
        screen.at("end").click()
        yield "stage-end", screen
        screen.page.keyboard.press("Escape")
        screen.at("help").click()
        yield "stage-keys", screen
        screen.page.keyboard.press("Escape")
        screen.at("remote").click()
        yield "stage-remote-code", screen
        screen.page.keyboard.press("Escape")
        screen.at("hide-names").click()
        expect(screen.names.first).not_to_have_text(nickname)
        yield "stage-names-hidden", screen
        screen.at("hide-names").click()
    game.leads("start")
    for index, kind in enumerate(kinds):
        ada.see("question")
        screen.see("question")
        yield f"question-{kind}{tail}", ada
        game.answered(index, len(names) // 2)
        expect(screen.at("answered")).to_have_text(str(len(names) // 2))
        yield f"stage-question-{kind}{tail}", screen
        answer = RIGHT[quiz][index]
        ada.answer(kind, answer if index != 1 else [0])
        ada.see("sent")
        if index == 0:
            yield f"sent{tail}", ada
            game.leads("pause")
            ada.see("paused")
            screen.see("paused")
            yield f"paused{tail}", ada
            yield f"stage-paused{tail}", screen
            game.leads("resume")
            ada.see("sent")
        game.leads("close_question")
        ada.see("result")
        screen.see("reveal")
        expect(screen.at("distribution")).to_be_visible()
        yield f"stage-reveal-{kind}{tail}", screen
        yield f"result-{kind}{tail}", ada
        game.leads("next")
        ada.see("leaderboard")
        screen.see("leaderboard")
        if index == 0:
            yield f"leaderboard{tail}", ada
            yield f"stage-leaderboard{tail}", screen
        game.leads("next")
    ada.see("podium")
    screen.see("podium")
    yield f"podium{tail}", ada
    yield f"stage-podium{tail}", screen


def long_live(world: World) -> Iterator[Stop]:
    """The same with everything as long as it may be."""
    yield from live(world, "long", tuple(f"{WIDEST[:18]}{number:02}" for number in range(12)), WIDEST)


def countdown(world: World) -> Iterator[Stop]:
    """Before a question opens."""
    game = world.game("plain", countdown_ms=30_000)
    screen, ada = world.desk(), world.phone()
    screen.open(f"/host/games/{game.pin}")
    ada.join(game.pin, "Ada", "qr")
    ada.see("lobby")
    game.leads("start")
    ada.see("ready")
    screen.see("ready")
    yield "ready", ada
    yield "stage-ready", screen


def remote(world: World) -> Iterator[Stop]:
    """A host's phone as remote control, through a game."""
    game = world.game("plain", countdown_ms=0, auto_close=False)
    screen, hand = world.desk(), world.desk()
    screen.open(f"/host/games/{game.pin}")
    hand.open(f"/host/games/{game.pin}/remote")
    hand.see("remote")
    game.fill(*NAMES)
    expect(hand.at("player-count")).to_have_text(str(len(NAMES)))
    yield "remote-lobby", hand
    hand.at("players").click()
    hand.at("roster").get_by_role("button", name=NAMES[1]).click()
    hand.at("extend").select_option("1.5")
    hand.at("roster").get_by_role("button", name=NAMES[0]).click()
    yield "remote-players", hand
    hand.page.keyboard.press("Escape")
    game.leads("start")
    screen.see("question")
    game.answered(0, 5)
    expect(hand.at("answered")).to_have_text("5")
    yield "remote-question", hand
    hand.at("skip").click()
    yield "remote-skip", hand
    hand.at("confirm-skip").click()
    screen.see("reveal")
    expect(screen.at("skipped")).to_be_visible()
    yield "stage-skipped", screen
    expect(hand.at("next")).to_be_visible()
    yield "remote-skipped", hand
    hand.at("pause").click()
    expect(hand.at("resume")).to_be_visible()
    yield "remote-paused", hand
    hand.at("resume").click()
    hand.at("next").click()
    screen.see("question")
    game.answered(1)
    hand.at("close").click()
    expect(hand.at("next")).to_be_visible()
    yield "remote-reveal", hand
    hand.at("next").click()
    expect(hand.at("board-row").first).to_be_visible()
    yield "remote-leaderboard", hand
    hand.at("end").click()
    hand.at("confirm-end").click()
    expect(hand.at("results")).to_be_visible()
    yield "remote-over", hand


def self_paced(world: World) -> Iterator[Stop]:
    """Each at their own pace."""
    game = world.game("plain", "self-paced")
    screen, ada = world.desk(), world.phone()
    screen.open(f"/host/games/{game.pin}")
    screen.see("open")
    yield "stage-open-empty", screen
    ada.join(game.pin, "Ada", "qr")
    game.fill(*NAMES)
    for index in (0, 1):
        game.answered(index)
    for index, question in enumerate(PLAIN["questions"]):
        ada.see("question")
        if index == 0:
            yield "own-pace-question", ada
            ada.at("list").click()
            ada.see("questions")
            yield "own-pace-list", ada
            ada.at("back").click()
            ada.see("question")
        ada.answer(question["type"], RIGHT["plain"][index] if index != 1 else [0])
        ada.see("result")
        if index < 2:
            yield ("own-pace-right", "own-pace-wrong")[index], ada
        ada.at("next").click()
    ada.see("finished")
    expect(screen.at("board-row").first).to_contain_text("Ada")
    yield "own-pace-finished", ada
    ada.at("look-again").click()
    ada.at("go-q2").click()
    ada.see("review")
    yield "own-pace-review", ada
    ada.at("to-list").click()
    ada.at("back").click()
    ada.see("finished")
    yield "stage-open", screen
    screen.at("end").click()
    screen.at("confirm-end").click()
    screen.see("podium")
    yield "own-pace-podium", ada


def troubles(world: World) -> Iterator[Stop]:
    """What goes wrong: a lost network, an outage, a removal, a game that is gone."""
    game = world.game("plain", countdown_ms=0)
    screen, ada = world.desk(), world.phone()
    lines = [Line(device) for device in (screen, ada)]
    screen.open(f"/host/games/{game.pin}")
    ada.join(game.pin, "Ada", "qr")
    game.fill(*NAMES[:3])
    game.leads("start")
    game.answered(0)
    for device in (screen, ada):
        device.see("question")
    for line in lines:
        line.tell("notice", {"code": "degraded", "message": ""})
    expect(screen.at("provisional")).to_be_visible()
    expect(ada.at("provisional")).to_be_visible()
    yield "provisional", ada
    yield "stage-provisional", screen
    for line in lines:
        line.cut()
    expect(screen.reconnecting).to_be_visible()
    expect(ada.reconnecting).to_be_visible()
    yield "offline", ada
    yield "stage-offline", screen
    for line in lines:
        line.mend()
    expect(ada.reconnecting).to_be_hidden()
    player = game.host.ok("watch", {"pin": game.pin})["players"][0]["id"]
    game.host.ok("kick", {"player": player})
    ada.see("kicked")
    yield "kicked", ada
    game.leads("end")
    ben = world.phone()
    ben.page.add_init_script(f"localStorage.setItem('quiz:token:{game.pin}', 'worn out')")
    ben.open(f"/play/{game.pin}")
    expect(ben.page.locator("[data-screen=nickname], [data-screen=error]")).to_be_visible()
    yield "gone", ben
    screen.open("/host/games/000000")
    screen.see("error")
    yield "stage-gone", screen
    ben.forgive("404")
    ben.open("/play/nowhere")
    ben.see("error")
    yield "missing", ben


class Line:
    """A device's Socket.IO connection, in somebody's hand."""

    def __init__(self, device: Device) -> None:
        self._whole = True
        self._ends: list[Any] = []
        self._namespace = "/host," if isinstance(device, Projector) else ""
        device.forgive("WebSocket connection to")
        device.page.route_web_socket("**/socket.io/*", self._open)

    def _open(self, route: Any) -> None:
        if self._whole:
            route.connect_to_server()
            self._ends.append(route)
        else:
            route.close()

    def tell(self, event: str, payload: Any) -> None:
        """As if the server had."""
        self._ends[-1].send(f"42{self._namespace}{json.dumps([event, payload])}")

    def cut(self) -> None:
        """No connection holds or comes to be."""
        self._whole = False
        self._ends[-1].close()

    def mend(self) -> None:
        """They do again."""
        self._whole = True


def desk(world: World) -> Iterator[Stop]:
    """What a host does at the desk."""
    screen = world.desk("")
    screen.forgive("401")
    screen.open("/host")
    screen.see("sign-in")
    yield "sign-in", screen
    screen.at("host-name").fill("teacher")
    screen.at("host-password").fill("guessed")
    screen.at("sign-in").click()
    expect(screen.at("error")).not_to_be_empty()
    yield "sign-in-refused", screen
    screen.at("host-password").fill(PASSWORD)
    screen.at("sign-in").click()
    screen.see("desk")
    world.game("plain")
    card = screen.at(f"quiz-{world.slugs['plain']}")
    expect(card).to_be_visible()
    yield "desk", screen
    card.locator(".options summary").click()
    yield "options", screen
    screen.at(f"export-{world.slugs['plain']}").click()
    yield "export", screen
    screen.page.keyboard.press("Escape")
    screen.at("search").fill("nothing of the kind")
    expect(screen.at("nothing")).to_be_visible()
    yield "desk-nothing-found", screen


def authoring(world: World) -> Iterator[Stop]:
    """Writing a quiz, and bringing one."""
    screen = world.desk("head")
    screen.open("/host/quizzes/new")
    screen.see("editor")
    yield "editor-new", screen
    screen.at("save").click()
    expect(screen.at("question-1").locator(".list-flaws")).to_be_visible()
    yield "editor-problems", screen
    screen.open(f"/host/quizzes/{world.slugs['plain']}")
    screen.see("editor")
    for place, question in enumerate(PLAIN["questions"], 1):
        screen.at(f"question-{place}").locator(".list-choose").click()
        yield f"editor-{question['type']}", screen
    screen.open("/host/import")
    screen.see("import")
    yield "import", screen
    screen.at("file").set_input_files({"name": "Sums.csv", "mimeType": "text/csv", "buffer": MISTAKEN})
    expect(screen.at("rows")).to_be_visible()
    yield "import-rows", screen
    screen.at("row-line-3").get_by_test_id("correct").click()
    yield "import-correcting", screen


def afterwards(world: World) -> Iterator[Stop]:
    """What came of games; and the accounts."""
    screen = world.desk("head")
    screen.open("/host/accounts")
    screen.see("accounts")
    yield "accounts", screen
    game = world.game("plain", "self-paced")
    game.fill(*NAMES)
    for index in range(len(PLAIN["questions"])):
        game.answered(index)
    game.leads("end")
    screen.open("/host/results")
    screen.see("results")
    yield "results", screen
    screen.at("results").locator("a").first.click()
    screen.see("result")
    yield "result", screen
    screen.page.locator(".who summary").first.click()
    screen.at("player").first.get_by_test_id("show-answers").click()
    expect(screen.at("answers")).to_be_visible()
    yield "result-opened", screen
    screen.forgive("404")
    screen.open("/host/results/no-such-game")
    screen.see("error")
    yield "result-gone", screen


STORIES: tuple[Story, ...] = (joining, countdown, live, long_live, remote, self_paced, troubles, desk, authoring, afterwards)

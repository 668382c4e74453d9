"""Takes the pictures of the README and of the guides anew: `PICTURES=1 make test ARGS=tests/browser/test_pictures.py`."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.devices import PHONE, PROJECTOR, Device, Phone, Projector
from tests.harness.clients import Client
from tests.harness.server import ROOT, Server, eventually

SAMPLES, PICTURES = ROOT / "quiz/content/samples", ROOT / "docs/pictures"
NAMES = ("Grace", "Linus", "Margaret", "Dennis", "Barbara", "Ken", "Radia", "Tim", "Hedy", "Alan", "Katherine", "Edsger")
TEAMS = ("Owls", "Foxes", "Bears")
DESK, WIDEST, QUALITY, MOST_BYTES = {"width": 1280, "height": 800}, 1280, 84, 150_000
SHARP = {"device_scale_factor": 2}
#: Whether something moves that soon comes to rest, as what runs down with the time does not.
_MOVING = """() => document.getAnimations().some(
    (one) => one.playState === "running" && one.effect.getComputedTiming().endTime < 3000)"""


@pytest.fixture
def school() -> Iterator[Server]:
    """An instance with the samples and a host, whose address is that of a school."""
    server = Server(QUIZ_PUBLIC_URL="http://quiz.school.example")
    server.environ["QUIZ_ORIGINS"] = server.url
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, server.folder, ignore_errors=True)
        stack.callback(server.stop)
        server.start()
        for sample in sorted(SAMPLES.iterdir()):
            # On a machine with other work to do, pictures take their time.
            patient = server.folder / sample.name
            patient.write_text(re.sub(r'"time_limit": \d+', '"time_limit": 60', sample.read_text()))
            server.flask("quiz", "import", str(patient))
        server.flask("host", "add", "maria", "--password", "a good password", "--admin")
        yield server


@pytest.mark.skipif("PICTURES" not in os.environ, reason="only when asked for: PICTURES=1")
def test_pictures(school: Server, projector: Callable[..., Projector], phone: Callable[..., Phone]):
    """A game of thirteen from lobby to results, what its host sees before it, and a lobby with teams; each is small."""
    screen, ada = projector(school.url), phone(school.url, **SHARP)
    arabic = phone(school.url, locale="ar", color_scheme="dark", **SHARP)
    remote = projector(school.url, **SHARP)
    for device in (screen, ada, arabic, remote):
        device.page.set_default_timeout(60_000)
    for device, size in ((screen, DESK), (remote, PHONE)):
        device.page.set_viewport_size(size)
        device.sign_in("maria")
    _quizzes(screen)
    _game(school, screen, ada, remote)
    _teams(school, screen, ada)
    _alone(school, ada, arabic)


def _quizzes(screen: Projector) -> None:
    expect(screen.at("live-english-vocabulary")).to_be_visible()
    _save(screen, "host-desk")
    screen.open("/host/quizzes/english-vocabulary")
    screen.see("editor")
    expect(screen.at("text")).to_have_value(re.compile("."))
    _save(screen, "host-editor")
    screen.open("/host")
    screen.page.set_viewport_size(PROJECTOR)


def _game(school: Server, screen: Projector, ada: Phone, remote: Projector) -> None:
    pin = screen.begin("english-vocabulary", countdown_ms="0")
    ada.open(f"/?pin={pin}")
    ada.at("nickname").fill("Ada")
    _save(ada, "phone-join")
    ada.ask_in(None, "Ada")
    ada.see("lobby")
    others = [Client(school.url) for _ in NAMES]
    for client, name in zip(others, NAMES, strict=True):
        client.ok("join", {"pin": pin, "nickname": name})
    expect(screen.names).to_have_count(1 + len(NAMES))
    _save(screen, "host-lobby")
    _save(ada, "phone-lobby")

    remote.open(f"/host/games/{pin}/remote")
    screen.at("start").click()
    _answered(screen, others[:7], "q1", 2, mistaken=(0, 1, 3))
    _save(screen, "host-question")
    _save(ada, "phone-question")
    remote.see("remote")
    _save(remote, "phone-remote")
    ada.answer("single", 2)
    _answered(screen, others[7:], "q1", 2)
    screen.see("reveal")
    ada.see("result")
    _save(screen, "host-reveal")
    _save(ada, "phone-result")
    for question, kind, right in (("q2", "single", 0), ("q3", "true_false", False)):
        for _ in range(2):
            screen.at("next").click()
        ada.answer(kind, right)
        _answered(screen, others, question, right, mistaken=(2, 5, 9, 11))
        screen.see("reveal")
    screen.at("next").click()
    screen.see("leaderboard")
    screen.page.wait_for_timeout(2000)  # the old standing is seen for a moment
    _save(screen, "host-board")
    screen.at("end").click()
    screen.at("confirm-end").click()
    screen.see("podium")
    ada.see("podium")
    _save(screen, "host-podium")
    _save(ada, "phone-podium")
    screen.at("results").click()
    screen.see("result")
    screen.page.set_viewport_size(DESK)
    _save(screen, "host-results")
    for client in others:
        client.close()


def _teams(school: Server, screen: Projector, ada: Phone) -> None:
    screen.open("/host")
    screen.page.set_viewport_size(PROJECTOR)
    card = screen.at("quiz-general-knowledge")
    card.locator(".options summary").click()
    card.locator("[name=team_count]").select_option(str(len(TEAMS)))
    for number, name in enumerate(TEAMS):
        card.locator(f"[name=team_{number}]").fill(name)
    pin = screen.begin("general-knowledge")
    others = [Client(school.url) for _ in NAMES]
    for number, (client, name) in enumerate(zip(others, NAMES, strict=True)):
        client.ok("join", {"pin": pin, "nickname": name, "team": TEAMS[number % len(TEAMS)]})
    ada.open(f"/play/{pin}")
    ada.ask_in(None, "Ada")
    expect(ada.at("team")).to_have_count(len(TEAMS))
    _save(ada, "phone-team")
    ada.at("team").first.click()
    ada.see("lobby")
    expect(screen.at("team-rosters")).to_contain_text("Ada")
    _save(screen, "host-teams")
    for client in others:
        client.close()


def _answered(screen: Projector, clients: list[Client], question: str, right: int | bool, mistaken: tuple[int, ...] = ()) -> None:
    """One after the other, so that no two have as many points."""
    screen.see("question")
    for number, client in enumerate(clients):
        screen.page.wait_for_timeout(250)
        wrong = not right if isinstance(right, bool) else (right + 1 + number % 3) % 4
        client.ok("submit_answer", {"question": question, "answer": wrong if number in mistaken else right})


def _alone(school: Server, ada: Phone, arabic: Phone) -> None:
    """A self-paced game, and a page in another language and other colours."""
    pin = school.flask("game", "create", "general-knowledge", "--mode", "self-paced").split()[-1]
    ada.join(pin, "Ada", "qr")
    ada.see("question")
    _save(ada, "phone-self-paced")
    arabic.open(f"/?pin={pin}")
    arabic.see("nickname")
    _save(arabic, "phone-arabic")


def _save(device: Device, name: str) -> None:
    """Once all is drawn, as small as it may be."""
    device.page.wait_for_load_state("networkidle")
    device.page.evaluate("() => document.fonts.ready.then(() => true)")
    eventually(lambda: not device.page.evaluate(_MOVING))
    file = PICTURES / f"{name}.webp"
    image = Image.open(io.BytesIO(device.page.screenshot())).convert("RGB")
    image.thumbnail((WIDEST, image.height), Image.Resampling.LANCZOS)
    image.save(file, "WEBP", quality=QUALITY, method=6)
    assert file.stat().st_size < MOST_BYTES

"""Takes the pictures of the README anew: `PICTURES=1 make test ARGS=tests/browser/test_pictures.py`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.harness.clients import Client
from tests.harness.server import ROOT

SAMPLES, PICTURES = ROOT / "quiz/content/samples", ROOT / "docs/pictures"
NAMES = ("Grace", "Linus", "Margaret", "Dennis", "Barbara", "Ken", "Radia", "Tim", "Hedy", "Alan", "Katherine", "Edsger")
MOST_BYTES = 150_000


@pytest.mark.skipif("PICTURES" not in os.environ, reason="only when asked for: PICTURES=1")
def test_pictures(two_workers, projector, phone):
    """A lobby with a dozen players, and the first question of a sample on projector and phone, each small enough to load."""
    two_workers.flask("quiz", "import", str(SAMPLES / "english-vocabulary.json"))
    screen, ada = projector(two_workers.url), phone(two_workers.url)
    screen.page.set_viewport_size({"width": 1120, "height": 630})
    screen.sign_in()
    pin = screen.begin("english-vocabulary", countdown_ms="0")
    ada.join(pin, "Ada", "qr")
    others = [Client(two_workers.url) for _ in NAMES]
    for client, name in zip(others, NAMES, strict=True):
        client.ok("join", {"pin": pin, "nickname": name})
    expect(screen.names).to_have_count(1 + len(NAMES))
    _save(screen, "host-lobby")
    screen.at("start").click()
    screen.see("question")
    ada.see("question")
    for client in others[:7]:
        client.ok("submit_answer", {"question": "q1", "answer": 0})
    screen.says("answered", "7")
    _save(screen, "host-question")
    _save(ada, "phone-question")
    for client in others:
        client.close()


def _save(device, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    file: Path = PICTURES / f"{name}.png"
    device.page.screenshot(path=file)
    assert file.stat().st_size < MOST_BYTES

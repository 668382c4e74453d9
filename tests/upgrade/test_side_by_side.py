"""This release and the one before on one Redis: a rolling update and its rollback lose nothing, and each understands the other.

The commit of the release before is in the file `PREVIOUS`; it is served from the history of this checkout.
"""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.chaos.arena import QUESTIONS
from tests.chaos.audit import audit
from tests.chaos.crowd import Crowd
from tests.chaos.store import Store
from tests.harness.clients import Client, host
from tests.harness.server import ROOT, Server, eventually, serving

PREVIOUS = Path(__file__).with_name("PREVIOUS").read_text().strip()


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the release before."""
    archive = subprocess.run(["git", "archive", PREVIOUS], cwd=ROOT, capture_output=True)
    if archive.returncode:
        pytest.skip(f"the history here does not reach back to {PREVIOUS[:12]}")
    folder = tmp_path_factory.mktemp("previous")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.close()


@pytest.fixture
def pair(store: Store, previous: Path) -> Iterator[tuple[Server, Server]]:
    """Two instances of the release before."""
    with ExitStack() as stack:
        environ = {"REDIS_URL": store.url, "QUIZ_DRAIN__SPREAD_SECONDS": "0.3"}
        one, two = (stack.enter_context(serving(1, root=previous, QUIZ_INSTANCE_ID=name, **environ)) for name in ("one", "two"))
        yield one, two


def put(server: Server, release: Path) -> None:
    """Replaces an instance, as a rolling update does: it is told to stop, and its successor has its disk."""
    server.stop()
    server.root = release
    server.start()


def furnished(server: Server, count: int) -> None:
    """A quiz of so many questions that all have the same right answer, and a host."""
    questions = [{"text": f"{n}?", "choices": ["a", "b"], "correct": 0} for n in range(count)]
    file = server.folder / "many.json"
    file.write_text(json.dumps({"title": "Many", "questions": questions}))
    server.flask("quiz", "import", str(file))
    server.flask("host", "add", "teacher", "--password", "a good password")


@pytest.mark.long
def test_a_rolling_update_and_its_rollback_lose_nothing(pair: tuple[Server, Server], store: Store, previous: Path):
    """Players answer all the time; in the middle, with one instance of each release, Redis is away for a while."""
    furnished(pair[0], QUESTIONS)
    pin = pair[0].flask("game", "create", "many", "--mode", "self-paced").split()[-1]
    with Crowd([server.port for server in pair], pin, 12, 0.1, QUESTIONS) as crowd:
        put(pair[0], ROOT)
        store.kill()
        eventually(lambda: any(ack.provisional for ack in crowd.acks()))
        store.start()
        eventually(lambda: _all_confirmed(crowd, time.monotonic()))
        put(pair[1], ROOT)
        put(pair[0], previous)
        eventually(lambda: _all_confirmed(crowd, time.monotonic()))
        crowd.settle()
        with store.client() as client:
            eventually(lambda: audit(crowd, client).clean, step=0.2)
            found = audit(crowd, client)
    assert found.clean, found
    assert found.told > 200
    for server in pair:
        assert "Traceback" not in server.log, server.log


def _all_confirmed(crowd: Crowd, since: float) -> bool:
    """Whether everybody gets answers confirmed by Redis from now on."""

    def one_more() -> bool:
        return all(any(ack.at > since and not ack.provisional for ack in list(p.told.values())) for p in crowd.players)

    return bool(eventually(one_more, 30, 0.05))


def test_a_live_game_is_played_across_both_releases(pair: tuple[Server, Server]):
    """Host and players are on instances of different releases: everybody sees the same, whoever's instance does it."""
    furnished(pair[0], 2)
    put(pair[0], ROOT)
    for here, there in (pair, pair[::-1]):
        teacher = host(here)
        pin = teacher.ok("create_game", {"quiz": "many", "mode": "live", "options": {"countdown_ms": 0}})["pin"]
        teacher.ok("watch", {"pin": pin})
        ann, bob, cat = Client(here.url), Client(there.url), Client(there.url)
        tokens = [each.ok("join", {"pin": pin, "nickname": name})["token"] for each, name in ((ann, "Ann"), (bob, "Bob"))]
        kicked = cat.ok("join", {"pin": pin, "nickname": "Cat"})["player"]["id"]
        teacher.ok("kick", {"player": kicked})
        cat.wait("kicked")
        teacher.ok("start")
        for each in (ann, bob):
            each.wait("question")
            each.ok("submit_answer", {"question": "q1", "answer": 0})
        for each in (ann, bob):
            assert each.wait("result")["points"] > 900
        boards = [each.wait("leaderboard", lambda board: board["top"][0]["score"] > 0)["top"] for each in (ann, bob)]
        assert boards[0] == boards[1]
        for server in (here, there):
            back = Client(server.url)
            assert [back.ok("join", {"pin": pin, "token": token})["you"]["score"] > 900 for token in tokens] == [True, True]
            back.close()
        there.flask("leaderboard", "reset", pin, "--yes")
        for each in (ann, bob):
            each.wait("leaderboard", lambda board, known=boards[0]: board["top"][0]["score"] == 0)
        for each in (teacher, ann, bob, cat):
            each.close()
    for server in pair:
        assert "Traceback" not in server.log, server.log

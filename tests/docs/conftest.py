"""A running server with quizzes and a host, for the documents that are compared with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.harness.server import Server, serving
from tests.realtime.conftest import furnish


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An instance with one worker; a test may be its last."""
    with serving(QUIZ_RATE_LIMIT__CAPACITY="10000", QUIZ_DRAIN__SPREAD_SECONDS="0") as running:
        furnish(running)
        question = {"text": "2 + 2?", "choices": ["3", "4"], "correct": 1, "explanation": "Count."}
        file = running.folder / "explained.json"
        file.write_text(json.dumps({"title": "Explained", "questions": [question, {**question, "text": "1 + 3?"}]}))
        running.flask("quiz", "import", str(file))
        yield running

"""A server with hosts of all kinds, for the tests of rights, sessions and signing in."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.harness.server import Server, serving

PASSWORD = "a good password"
QUIZ = {"title": "Shared", "questions": [{"text": "2 + 2?", "choices": ["3", "4"], "correct": 1}] * 3}


@pytest.fixture(scope="session")
def staffroom() -> Iterator[Server]:
    """Two workers; the hosts `ann`, `bob` and the admin `head`; a shared quiz, and one of ann's own."""
    limits = {"QUIZ_SIGN_IN__ATTEMPTS_PER_ACCOUNT": "3", "QUIZ_SIGN_IN__ATTEMPTS_PER_ADDRESS": "8"}
    with serving(2, QUIZ_TRUSTED_PROXIES="1", **limits) as it:
        for name in ("ann", "bob", "head"):
            it.flask("host", "add", name, "--password", PASSWORD, *(["--admin"] if name == "head" else []))
        file = it.folder / "quiz.json"
        file.write_text(json.dumps(QUIZ))
        it.flask("quiz", "import", str(file))
        file.write_text(json.dumps({**QUIZ, "title": "Ann's own"}))
        it.flask("quiz", "import", str(file), "--owner", "ann")
        yield it

"""The HTTP interface over stores in memory: what a host's requests get, without a server."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.settings import Settings, load
from quiz.domain.errors import Unauthorized
from quiz.play.authoring import Authoring, Bounds
from quiz.play.catalogue import Catalogue
from quiz.play.images import Images
from quiz.play.rights import Person
from quiz.store.images import FolderPictures
from quiz.web import images, problems, quizzes, session
from tests.store.shelves import MemoryDrafts, MemoryQuizzes, MemoryRegister

ADMIN = "head"
QUESTION = {"text": "2 + 2?", "choices": ["3", "4"], "correct": 1}
QUIZ = {"title": "Sums", "questions": [QUESTION]}


class Clock:
    """Epoch milliseconds, each time one later."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000

    def __call__(self) -> int:
        self.now += 1
        return self.now


def aside(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)


def person_of(token: str) -> tuple[Person, None]:
    if not token:
        raise Unauthorized
    return Person(token, token == ADMIN), None


class Desk:
    """Hosts, whose tokens are their names; `head` is an admin."""

    def __init__(self, folder: Path, image_bytes: int = 1_000_000, **bounds: int) -> None:
        self.clock = Clock()
        self.shelf, self.drafts = MemoryQuizzes(self.clock), MemoryDrafts(self.clock)
        self.catalogue = Catalogue(self.shelf, time.monotonic)
        limits = Bounds(**{"quizzes": 100, "bytes": 1_000_000, "quiz_bytes": 100_000, **bounds})
        self.authoring = Authoring(self.shelf, self.drafts, self.catalogue, limits)
        self.images = Images(FolderPictures(folder / "images"), MemoryRegister(), self.clock, image_bytes)
        self.app = Flask("test")
        self._serve(
            load(
                {
                    "QUIZ_VAR_DIR": str(folder),
                    "QUIZ_LIMITS__QUIZ_BYTES": str(limits.quiz_bytes),
                    "QUIZ_IMAGES__MAX_BYTES": "50000",
                    "QUIZ_IMAGES__MAX_PIXELS": "100000",
                    "QUIZ_IMAGES__SIDE": "200",
                }
            )
        )

    def _serve(self, settings: Settings) -> None:
        parts: Any = SimpleNamespace(
            settings=settings,
            sessions=SimpleNamespace(person=person_of),
            quizzes=self.shelf,
            catalogue=self.catalogue,
            authoring=self.authoring,
            aside=aside,
            images=self.images,
            drawing=aside,
        )
        problems.register(self.app)
        session.guard(self.app, parts)
        for part in (quizzes, images):
            self.app.register_blueprint(part.blueprint(parts))
        self.client: FlaskClient = self.app.test_client(use_cookies=False)

    def ask(self, who: str, method: str, path: str, status: int = 200, version: Any = None, **options: Any) -> TestResponse:
        """A request; `version` goes into If-Match. Fails unless the answer has this status."""
        headers = {"Authorization": f"Bearer {who}", **options.pop("headers", {})}
        if version is not None:
            headers["If-Match"] = version if isinstance(version, str) else f'"{version}"'
        reply = self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)
        assert reply.status_code == status, reply.text
        if status >= 400:
            assert reply.content_type == "application/problem+json"
            assert reply.json["status"] == status
        return reply

    def make(self, who: str = "ann", path: str = "/quizzes", **more: Any) -> dict[str, Any]:
        """A new quiz."""
        return msgspec.json.decode(self.ask(who, "POST", path, 201, json={**QUIZ, **more}).data)

    def titles(self, who: str = "ann", asked: str = "") -> list[str]:
        """Of a list."""
        return [one["title"] for one in self.ask(who, "GET", f"/quizzes{asked}").json["quizzes"]]

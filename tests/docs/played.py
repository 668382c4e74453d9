"""Games that are played while all that goes over the connections is compared with the AsyncAPI document."""

from __future__ import annotations

import copy
import time
from typing import Any

from jsonschema import Draft202012Validator

from quiz.realtime import asyncapi
from tests.harness.clients import Client
from tests.realtime.conftest import ANSWERS

CHANNELS = {"/": "players", "/host": "hosts"}
#: What a game without pictures and without an outage does not show.
UNSEEN = {"image", "image_alt", "provisional", "retry_after_ms"}
#: What clients send, with more fields than anybody needs at once.
OPTIONAL = {"CreateGame", "Join", "Next", "Options", "Skip"}


class Strict:
    """The document, which here forbids what it does not name, and what of it has been seen."""

    def __init__(self) -> None:
        self.document = copy.deepcopy(asyncapi.document())
        for schema in self.document["components"]["schemas"].values():
            schema["additionalProperties"] = False
        self.seen: set[tuple[str, str]] = set()
        self.fields: dict[str, set[str]] = {}

    def check(self, namespace: str, messages: list[str], payload: Any) -> None:
        """Fails unless the payload is one of these messages."""
        channel = CHANNELS[namespace]
        known = self.document["channels"][channel]["messages"]
        problems = []
        for name in messages:
            assert name in known, f"{channel} {name} is not in the document"
            schema = {**known[name]["payload"], "components": self.document["components"]}
            problem = next(Draft202012Validator(schema).iter_errors(payload), None)
            if problem is None:
                self.seen.add((channel, name))
                self._note(known[name]["payload"], payload)
                return
            problems.append(f"{name}: {problem.message}")
        raise AssertionError(f"{payload} is none of {problems}")

    def _note(self, schema: dict[str, Any], payload: Any) -> None:
        """Remembers the fields that were there."""
        if "$ref" in schema and isinstance(payload, dict):
            name = schema["$ref"].rpartition("/")[2]
            properties = self.document["components"]["schemas"][name]["properties"]
            self.fields.setdefault(name, set()).update(payload)
            for field, value in payload.items():
                self._note(properties[field], value)
        elif isinstance(payload, list) and payload:
            self._note(schema.get("items", {}), payload[0])

    @property
    def unseen(self) -> set[tuple[str, str]]:
        """The messages, and the fields of structures, that are documented and were never there."""
        channels = self.document["channels"].items()
        messages = {(name, message) for name, channel in channels for message in channel["messages"]}
        schemas = self.document["components"]["schemas"]
        fields = {
            (name, field)
            for name, seen in self.fields.items()
            if name not in OPTIONAL
            for field in schemas[name]["properties"].keys() - seen
        }
        return (messages - self.seen) | {(name, field) for name, field in fields if field not in UNSEEN}

    def acknowledged(self, namespace: str, event: str, ack: Any) -> None:
        """An acknowledgement of `event`."""
        replies = self.document["operations"][f"{CHANNELS[namespace]}.{event}"]["reply"]["messages"]
        self.check(namespace, [one["$ref"].rpartition("/")[2] for one in replies], ack)


class Checked(Client):
    """A client that has everything checked that it sends and gets."""

    def __init__(self, strict: Strict, *args: Any, **options: Any) -> None:
        self.strict = strict
        super().__init__(*args, **options)

    def call(self, event: str, payload: Any = None, timeout: float = 20) -> dict[str, Any]:
        """As `Client.call`."""
        ack = super().call(event, payload, timeout)
        if ack["ok"]:
            self.strict.check(self.namespace, [event], payload or {})
        self.strict.acknowledged(self.namespace, event, ack)
        return ack

    def _sync(self, told: Any) -> None:
        self._record("sync", told)


def live(host: Checked, ann: Checked, bob: Checked) -> None:
    """A game with everything that a host can do."""
    options = {"countdown_ms": 0, "compensation_ms": 100}
    assert host.error("start") == "not_joined"
    pin = host.ok("create_game", {"quiz": "explained", "options": options})["pin"]
    assert ann.error("next_question") == "not_joined"
    extended = {"player": ann.ok("join", {"pin": pin, "nickname": "Ann"})["player"]["id"], "factor": 1.5}
    player = bob.ok("join", {"pin": pin, "nickname": "Bob"})["player"]["id"]
    ann.wait("sync")
    host.ok("lock", {"locked": False})
    host.wait("roster", lambda told: told["joined"])
    host.ok("extend", extended)
    assert host.wait("extended") == {**ann.wait("extended"), "player": extended["player"]}
    host.ok("hide_names", {"hidden": True})
    host.ok("start")
    closes_at = ann.wait("question")["closes_at"]
    host.ok("add_time", {"seconds": 10, "question": "q1", "closes_at": host.wait("question")["closes_at"] + 10_000})
    ann.wait("question", lambda told: told["closes_at"] == closes_at + 15_000)
    host.ok("pause")
    host.ok("resume")
    ann.ok("submit_answer", {"question": "q1", "answer": 1, "submission": "one"})
    ann.ok("state")
    host.ok("watch", {"pin": pin})
    host.wait("progress", lambda told: told["answered"])
    host.ok("close_question")
    ann.wait("result")
    ann.ok("state")
    host.ok("watch", {"pin": pin})
    host.ok("rename", {"player": player, "nickname": "Robert"})
    bob.wait("renamed")
    host.ok("kick", {"player": player})
    bob.wait("kicked")
    host.wait("roster", lambda told: told["left"])
    host.ok("next", {"after": "q1"})
    host.ok("next", {"after": "q1", "state": "leaderboard"})
    host.ok("skip", {"question": "q2"})
    assert ann.wait("result", lambda told: told["question"] == "q2")["skipped"] is True
    host.wait("reveal", lambda told: told["question"] == "q2")
    host.ok("end")
    ann.wait("leaderboard")
    ann.ok("state")
    host.ok("watch", {"pin": pin})
    ann.ok("leave")


def self_paced(host: Checked, ann: Checked) -> None:
    """A game in teams with every type of question, and one for practice."""
    options = {"teams": ["Red", "Blue"], "team_choice": "chosen"}
    pin = host.ok("create_game", {"quiz": "all-types", "mode": "self-paced", "options": options})["pin"]
    assert ann.error("join", {"pin": pin, "nickname": "Ann"}) == "team_unknown"
    ann.ok("join", {"pin": pin, "nickname": "Ann", "team": "Red"})
    host.ok("watch", {"pin": pin})
    host.wait("roster", lambda told: told["joined"] and "team" in told["joined"][0])
    for question, (right, *_) in ANSWERS.items():
        assert ann.ok("next_question")["question"]["id"] == question
        ann.ok("submit_answer", {"question": question, "answer": right, "submission": question})
    ann.ok("next_question", {"after": "q1"})
    assert all(line["over"] for line in ann.ok("overview")["questions"])
    ann.wait("leaderboard", lambda board: board["top"][0]["score"] == 60)
    ann.wait("team_board", lambda board: board["teams"][0]["score"] == 60)
    options = {"leaderboard": False, "closes_at": round(1000 * time.time()) + 3_600_000}
    pin = host.ok("create_game", {"quiz": "explained", "mode": "self-paced", "options": options})["pin"]
    host.ok("watch", {"pin": pin})
    assert ann.ok("join", {"pin": pin, "nickname": "Ann"})["you"]["rank"] is None
    ann.ok("next_question", {"question": "q1"})
    ann.ok("submit_answer", {"question": "q1", "answer": 1})
    ann.ok("review", {"question": "q1"})

"""The platform's own user of Redis, as deploy/redis has it."""

from __future__ import annotations

import re

from tests.harness.server import ROOT

RULES = ROOT / "deploy" / "redis" / "users.acl"
NAME, PASSWORD = "quiz", "the-quiz-has-a-password"


def rules() -> str:
    """What the user may, as ACL SETUSER takes it, without name and password."""
    found = re.search(r"^user quiz on nopass (.*)$", RULES.read_text(), re.M)
    assert found
    return found[1]


def commands() -> set[str]:
    """The commands among it: `get`, `client|setinfo`."""
    return {word[1:] for word in rules().split() if word.startswith("+")}


def configuration() -> str:
    """The user, for a configuration file."""
    return f"user {NAME} on >{PASSWORD} {rules()}"

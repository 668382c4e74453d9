"""What a line of the log looks like, and what can't be in one."""

from __future__ import annotations

import io
import json
import logging
import random
import re
import sys
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load
from quiz.ops import logging as platform_logging
from quiz.ops import logging_context
from quiz.ops.logging_redaction import HIDDEN, Redaction, escaped
from quiz.store.tokens import Tokens

KEY = "a-key-for-tests-that-nobody-else-would-use"
log = logging.getLogger("quiz.test")


class Log:
    """A process's log, in a text."""

    def __init__(self, folder: Path) -> None:
        self.stream, self.folder = io.StringIO(), folder

    def begin(self, env: str = "staging", **environ: str) -> None:
        given = {"QUIZ_ENV": env, "SECRET_KEY": KEY, "QUIZ_VAR_DIR": str(self.folder), "REDIS_URL": "redis://redis"}
        self.outlet = platform_logging.begin(load({**given, "QUIZ_INSTANCE_ID": "quiz-0", **environ}), self.stream)

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().split("\n")[:-1]

    @property
    def records(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def written(tmp_path: Path):
    """A log to begin; afterwards logging is as it was."""
    loggers = [logging.getLogger(name) for name in ("", "quiz", "quiz.store", "gunicorn")]
    levels = [each.level for each in loggers]
    yield Log(tmp_path)
    for each in list(logging.getLogger().handlers):
        if isinstance(each, platform_logging.Outlet):
            logging.getLogger().removeHandler(each)
    for each, level in zip(loggers, levels, strict=True):
        each.setLevel(level)
    logging.captureWarnings(False)


def test_a_record_is_one_object_on_one_line(written):
    """In staging and production a program can read every line, and knows when, who and where."""
    written.begin()
    log.warning("brought game %s to Redis: %s", "123456", {"new": 3})
    [record] = written.records
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record.pop("timestamp"))
    assert isinstance(record.pop("worker"), int)
    assert record == {
        "level": "warning",
        "logger": "quiz.test",
        "event": "brought game 123456 to Redis: {'new': 3}",
        "instance": "quiz-0",
    }


def test_a_failure_is_one_line_too(written):
    """Its traceback is a field, whatever the error's own words are."""
    written.begin()
    try:
        raise ValueError('one\n{"level": "critical"}')
    except ValueError:
        log.exception("a handler failed")
    [record] = written.records
    assert record["event"] == "a handler failed"
    assert 'ValueError: one\n{"level": "critical"}' in record["exception"]


def test_both_ways_of_logging_come_out_alike(written):
    """structlog's loggers and the standard library's share levels, form and outlet."""
    written.begin()
    structlog.get_logger("quiz.test").info("taken over", records=3)
    structlog.get_logger("quiz.test").debug("not at this level")
    log.info("taken over", extra={"records": 3})
    first, second = written.records
    assert first.items() >= {"event": "taken over", "level": "info", "logger": "quiz.test", "records": 3}.items()
    assert second.items() >= {"event": "taken over", "level": "info", "logger": "quiz.test"}.items()


@given(st.text())
def test_no_name_makes_a_line_of_its_own(text):
    """Whatever a stranger is called: nothing that ends a line, moves a cursor or turns the direction of writing is left."""
    shown = escaped(text)
    assert len(shown.splitlines()) <= 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)


@pytest.mark.parametrize("env", ["development", "production"])
def test_a_strangers_name_forges_nothing(written, env):
    """In neither form can it end a line, colour one, or break the stream's encoding."""
    written.begin(env)
    try:
        raise ValueError("\x1b[31mone\n2026-01-01 [error] forged\u2028\udcff")
    except ValueError:
        name = "\x1b[2JAda\r\n2026-01-01 [error] forged\x85\u202e\udcff"
        # Not by a logger: pytest would keep the text as it is, and could not report it.
        written.outlet.handle(logging.LogRecord("quiz.test", logging.WARNING, "", 0, "the player %s", (name,), sys.exc_info()))
    text = written.stream.getvalue()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e\udcff]", text)
    assert not re.search(r"^(2026-01-01|\{\"level)", text, re.MULTILINE)
    text.encode()


def test_in_development_a_line_is_for_people(written):
    """Short, with what is bound behind it, and no colours where no terminal shows them."""
    written.begin("development")
    bound = logging_context.enter(dict, {"sid": "abc"})
    log.debug("join: ok")
    logging_context.leave(bound)
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}Z \[debug\] join: ok \[quiz\.test\] sid=abc", written.lines[0])


@pytest.mark.parametrize(
    ("env", "own", "others"), [("development", "DEBUG", "INFO"), ("staging", "INFO", "INFO"), ("production", "INFO", "WARNING")]
)
def test_each_profile_has_its_levels(written, env, own, others):
    """The application says more than the libraries below it."""
    written.begin(env)
    assert logging.getLevelName(log.getEffectiveLevel()) == own
    assert logging.getLevelName(logging.getLogger("werkzeug").getEffectiveLevel()) == others


def test_a_logger_can_have_a_level_of_its_own(written):
    """And those below it have it too."""
    written.begin("production", QUIZ_LOG_LEVELS="quiz.store=DEBUG, gunicorn=ERROR")
    assert logging.getLogger("quiz.store.line").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("quiz.realtime").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("gunicorn.access").isEnabledFor(logging.WARNING)


def test_what_is_bound_is_asked_only_for_a_record(written):
    """A connection's context costs nothing until something is said; the innermost goes first, and all of it ends."""
    written.begin()
    asked = []

    def seat(sid: str) -> dict[str, str]:
        asked.append(sid)
        return {"sid": sid, "player": "ada"}

    outer = logging_context.enter(dict, {"request": "r1", "sid": "none"})
    inner = logging_context.enter(seat, "s1")
    assert not asked
    log.info("inside")
    logging_context.leave(inner)
    log.info("outside")
    logging_context.leave(outer)
    log.info("nowhere")
    inside, outside, nowhere = written.records
    assert (inside["request"], inside["sid"], inside["player"]) == ("r1", "s1", "ada")
    assert (outside["request"], outside["sid"], "player" in outside) == ("r1", "none", False)
    assert not {"request", "sid", "player"} & nowhere.keys()
    assert asked == ["s1"]


def test_a_context_that_fails_loses_no_record(written):
    """What happened is worth more than where."""
    written.begin()
    bound = logging_context.enter(lambda: 1 / 0)
    log.info("said")
    logging_context.leave(bound)
    assert written.records[0]["event"] == "said"


def token() -> str:
    game = type("G", (), {"id": "bd0d3d839fffa06d"})()
    return Tokens(KEY, 3600, lambda: 1_790_000_000_000).for_player(game, "gHDa4qd5")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"the token {token()} is old", token()),
        (f"signed with {KEY}", KEY),
        ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
        ("redis://user:hunter2@redis:6379/0 is away", "hunter2"),
        ("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaA", "c29tZXNhbHQ"),
        ("SubmitAnswer(question='q1', answer='Par\\'is, France', submission=None)", "France"),
        ("{'question': 'q1', 'answer': [2, 0, 1]}", "2, 0, 1"),
        ('{"password": "a good password", "name": "teacher"}', "good"),
        ("GET /host?access_token=s3cr3t&pin=123456", "s3cr3t"),
    ],
)
def test_a_secret_in_a_text_is_hidden(text, secret):
    """By how it looks, by what it is, or by the name beside it; the rest of the text stays."""
    shown = Redaction([KEY]).text(text)
    assert secret not in shown
    assert HIDDEN in shown


def test_secrets_are_hidden_by_name_at_any_depth():
    """Whoever logs a whole payload gives nothing away."""
    shown = Redaction().of(
        {
            "auth": {"token": "abc"},
            "given": [{"answer": 3, "question": "q1"}],
            "csrf_token": "x",
            "n": 1,
            "of": {"Cookie": ("y",)},
        }
    )
    assert shown == {
        "auth": {"token": HIDDEN},
        "given": [{"answer": HIDDEN, "question": "q1"}],
        "csrf_token": HIDDEN,
        "n": 1,
        "of": {"Cookie": HIDDEN},
    }


@pytest.mark.parametrize(
    "text", ["took over 3 records of workers that have gone", "token: Expected `str`, got `int`", "quiz.realtime.guard: 10.0.0.7"]
)
def test_what_is_no_secret_stays(text):
    """A log that hides too much is of no use either."""
    assert Redaction([KEY]).text(text) == text


@pytest.mark.timeout(5)
def test_no_text_takes_long_to_look_through():
    """A stranger's text can't keep the worker busy: what is looked at is bounded, and so is how often."""
    seed = random.Random(5)
    for piece in ("a-", "://:", "answer=[", "'token'", "a.", "\\", "bearer ", 'token="', "x" * 30):
        Redaction([KEY]).text(piece * 200_000)
    noise = "".join(seed.choice("a-.:/@='\"[]{}") for _ in range(100_000))
    assert len(Redaction().text(noise)) < 20_000

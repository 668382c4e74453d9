from __future__ import annotations

import pytest

from quiz.domain import errors
from quiz.domain.errors import QuizError, RateLimited, WrongState

KINDS = QuizError.__subclasses__()
CONTRACT = {
    "invalid_payload",
    "game_not_found",
    "nickname_taken",
    "nickname_invalid",
    "game_locked",
    "game_full",
    "not_joined",
    "not_host",
    "question_not_open",
    "too_late",
    "rate_limited",
    "kicked",
    "unauthorized",
    "server_busy",
    "question_not_found",
    "unknown_event",
    "wrong_state",
}


def test_every_code_of_the_contract_exists_once() -> None:
    """Clients know these codes, and no two errors share one."""
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert set(codes) >= CONTRACT


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_tells_its_code_words_and_whether_to_retry(kind: type[QuizError]) -> None:
    """The payload is the contract's error object; only what passes by itself is worth a retry."""
    assert kind().payload() == {"code": kind.code, "message": kind.words, "retryable": kind.retryable}
    assert kind.retryable == (kind in (errors.RateLimited, errors.ServerBusy))


def test_an_error_may_say_more() -> None:
    """Its own message takes the place of the default words, and the time after which to retry is told where it is known."""
    assert str(WrongState("not now")) == WrongState("not now").payload()["message"] == "not now"
    assert RateLimited(retry_after_ms=200).payload()["retry_after_ms"] == 200

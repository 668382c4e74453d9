"""Whose ids of requests are taken over, and what becomes of them."""

from __future__ import annotations

import pytest

from quiz.ops import logging_context
from quiz.web.request_ids import RequestIds


def answered(given: str | None, *, trusted: bool) -> tuple[str, dict[str, object]]:
    """The id in the answer's head, and what was bound meanwhile."""
    heads, bound = [], {}

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        bound.update(logging_context.described())
        return [b""]

    environ = {} if given is None else {"HTTP_X_REQUEST_ID": given}
    RequestIds(app, trusted=trusted)(environ, lambda status, headers: heads.append(dict(headers)))
    assert logging_context.described() == {}
    return heads[0]["X-Request-ID"], bound


@pytest.mark.parametrize("given", ["3f2a9c1e-7b64", "0af7651916cd43dd8448eb211c80319c", "req_12345678.9"])
def test_a_trusted_proxys_id_is_kept(given):
    """In the answer and in the log."""
    assert answered(given, trusted=True) == (given, {"request": given})


@pytest.mark.parametrize(
    "given", [None, "", "short", "with a space in it", "a" * 200, 'quoted-"-12345', "zwölf-1234", "one,two-345678"]
)
def test_another_id_is_made_where_none_is_well_formed(given):
    """Nothing strange comes into a log by it."""
    made, bound = answered(given, trusted=True)
    assert made != given
    assert len(made) == 32
    assert bound == {"request": made}


def test_a_strangers_id_is_not_taken_over():
    """Without a proxy in front, anybody could make requests look like another's; and every request gets another."""
    first, second = (answered("3f2a9c1e-7b64", trusted=False)[0] for _ in range(2))
    assert len({first, second, "3f2a9c1e-7b64"}) == 3

"""Bad input: each kind gets its named error, and the connection lives on."""

from __future__ import annotations

import time

import pytest
import socketio.exceptions
from itsdangerous import URLSafeTimedSerializer

from tests.harness.clients import Client
from tests.harness.server import eventually
from tests.realtime.conftest import ANSWERS, Table


def test_joining_goes_wrong_in_every_way_that_it_can(table: Table):
    """Unknown PINs, taken and impossible nicknames, missing and wrong-typed fields, and still the connection works."""
    table.game()
    table.player("Ann")
    client = table.connect()
    assert client.error("join", {"pin": "000000", "nickname": "Bob"}) == "game_not_found"
    assert client.error("join", {"pin": table.pin, "nickname": " aNN "}) == "nickname_taken"
    for nickname in ("", "   ", "x" * 21, "a\x07b", "a\u202eb", "\u200d", "\ud800"):
        assert client.error("join", {"pin": table.pin, "nickname": nickname}) == "nickname_invalid"
    for payload in (
        {},
        {"pin": table.pin},
        {"pin": 123456, "nickname": "Bob"},
        {"pin": "12345", "nickname": "Bob"},
        {"pin": "123456\n", "nickname": "Bob"},
        [],
        "join",
        5,
    ):
        assert client.error("join", payload) == "invalid_payload"
    assert client.error("submit_answer", {"question": "q1", "answer": 1}) == "not_joined"
    assert client.error("state") == client.error("next_question") == client.error("leave") == "not_joined"
    family = "👨‍👩‍👧‍👦" * 20
    assert client.ok("join", {"pin": table.pin, "nickname": family, "score": 9000, "admin": True})["you"]["score"] == 0


def test_the_message_of_an_invalid_payload_names_the_field(small_table: Table):
    """A developer of a client reads in the message which field is wrong."""
    small_table.game()
    client = small_table.connect()
    for payload, field in (
        ({"nickname": "A"}, "pin"),
        ({"pin": 1, "nickname": "A"}, "pin"),
        ({"pin": small_table.pin, "nickname": 5}, "nickname"),
    ):
        message = client.call("join", payload)["error"]["message"]
        assert message.startswith(f"{field}:"), message


def test_a_token_that_is_forged_expired_or_of_another_game_is_unauthorized(table: Table):
    """Only a fresh signature of this game's own token opens a seat."""
    first = table.game()
    ann = table.player("Ann")
    game_id = ann.ack["game"]["id"]
    client = table.connect()
    signer = URLSafeTimedSerializer(table.server.environ["SECRET_KEY"], salt="player-v1")

    class Past(type(signer.make_signer(signer.salt))):
        def get_timestamp(self) -> int:
            return int(time.time()) - 31 * 24 * 3600

    expired = URLSafeTimedSerializer(table.server.environ["SECRET_KEY"], salt="player-v1", signer=Past)
    forged = URLSafeTimedSerializer("another key", salt="player-v1")
    content = [game_id, ann.ack["player"]["id"]]
    assert client.ok("join", {"pin": first, "token": signer.dumps(content)})["player"]["nickname"] == "Ann"
    client.ok("leave")
    token = ann.ack["token"]
    bad = [
        forged.dumps(content),
        expired.dumps(content),
        token[:-1],
        token + "x",
        "",
        "é",
        signer.dumps("x"),
        signer.dumps([game_id]),
    ]
    for one in bad:
        assert client.error("join", {"pin": first, "token": one}) == "unauthorized"
    second = table.game()
    assert client.error("join", {"pin": second, "token": token}) == "unauthorized"


def test_answers_of_the_wrong_shape_are_refused_and_do_not_use_the_question_up(table: Table):
    """For each type, everything that is not its shape is invalid_payload, and the right answer still counts."""
    table.game("self-paced")
    ann = table.player("Ann")
    for question, (right, _, misshapen) in ANSWERS.items():
        for answer in misshapen:
            assert ann.error("submit_answer", {"question": question, "answer": answer}) == "invalid_payload", (question, answer)
        assert ann.ok("submit_answer", {"question": question, "answer": right})["duplicate"] is False
    for payload in ({}, {"question": "q1"}, {"answer": 1}, {"question": 1, "answer": 1}, {"question": None, "answer": 0}):
        assert ann.error("submit_answer", payload) == "invalid_payload"
    assert ann.error("submit_answer", {"question": "q99", "answer": 1}) == "question_not_found"


def test_questions_that_are_not_open_yet_or_no_longer_are_told_apart(table: Table):
    """Never opened: question_not_open. Opened and closed: too_late. Of no question here: question_not_found."""
    table.game()
    ann, bob = table.player("Ann"), table.player("Bob")
    assert ann.error("submit_answer", {"question": "q1", "answer": 1}) == "question_not_open"
    table.host.ok("start")
    ann.wait("question")
    assert ann.error("submit_answer", {"question": "q2", "answer": [1]}) == "question_not_open"
    ann.ok("submit_answer", {"question": "q1", "answer": 1})
    table.host.ok("close_question")
    assert bob.error("submit_answer", {"question": "q1", "answer": 1}) == "too_late"
    assert ann.ok("submit_answer", {"question": "q1", "answer": 0})["duplicate"] is True
    assert bob.error("submit_answer", {"question": "nope", "answer": 1}) == "question_not_found"
    assert ann.error("next_question") == "wrong_state"


def test_only_hosts_may_host(table: Table):
    """Players' connections get not_host, strangers no connection at all, and another's game can't be watched."""
    table.game()
    ann = table.player("Ann")
    for event in ("start", "next", "kick", "end", "lock", "pause", "create_game", "watch"):
        assert ann.error(event, {}) == "not_host"
    assert ann.error("become_king", {}) == "unknown_event"
    for auth in (None, {}, {"token": "x"}, {"token": ann.ack["token"]}, {"token": 5}):
        with pytest.raises(socketio.exceptions.ConnectionError):
            Client(table.server.url, "/host", auth)
    fresh = table.keep(Client(table.server.url, "/host", table.host.auth))
    assert fresh.error("start") == "not_joined"
    assert fresh.error("watch", {"pin": "000000"}) == "game_not_found"
    assert fresh.error("create_game", {"quiz": "no-such"}) == "quiz_not_found"
    assert fresh.error("create_game", {"quiz": "all-types", "options": {"countdown_ms": "soon"}}) == "invalid_payload"
    assert fresh.error("create_game", {"quiz": "all-types", "mode": "relay"}) == "invalid_payload"


def test_a_hosts_event_at_the_wrong_moment_is_wrong_state(table: Table):
    """Each of a host's moves is refused where it makes no sense, and the game stays where it is."""
    table.game()
    for event in ("close_question", "next", "pause", "resume"):
        assert table.host.error(event) == "wrong_state"
    table.host.ok("start")
    assert table.host.error("start") == table.host.error("resume") == table.host.error("next") == "wrong_state"
    assert table.host.error("next", {"after": "q2"}) == "wrong_state"
    assert table.host.error("next", {"after": "q99"}) == "question_not_found"
    assert table.host.error("kick", {"player": "nobody"}) == "not_joined"
    table.host.ok("close_question")
    table.host.ok("next", {"after": "q1"})
    table.host.ok("next", {"after": "q1"})
    assert table.host.ok("next", {"after": "q1"}) == {"ok": True}
    assert table.host.ok("watch", {"pin": table.pin})["question"]["id"] == "q2"
    table.host.ok("end")
    assert table.host.error("end") == table.host.error("start") == "wrong_state"


def test_a_bucket_lets_its_capacity_through_at_once_and_then_what_is_refilled(small_table: Table):
    """Of a burst a bucket of 10 lets 10 through; each second there are 5 more; the connection lives."""
    small_table.game()
    client = small_table.connect()
    began = time.monotonic()
    acks = [client.call("nonsense") for _ in range(60)]
    codes = [ack["error"]["code"] for ack in acks]
    passed = codes.count("unknown_event")
    assert codes[:10] == ["unknown_event"] * 10
    ended = time.monotonic()
    assert 10 <= passed <= 10 + 5 * (ended - began) + 1
    limited = next(ack["error"] for ack in acks if ack["error"]["code"] == "rate_limited")
    assert limited["retryable"]
    assert 0 < limited["retry_after_ms"] <= 200
    time.sleep(1.05)
    passed = [client.call("nonsense")["error"]["code"] for _ in range(10)].count("unknown_event")
    assert 5 <= passed <= 5 * (time.monotonic() - ended) + 1
    assert client.connected


def test_who_goes_on_after_being_limited_is_cut_off_with_a_reason(small_table: Table):
    """After ten times its capacity in refusals a connection is told why, and closed."""
    client = small_table.connect()
    for _ in range(150):
        client._socket.emit("nonsense", {})
    assert client.wait("notice")["code"] == "rate_limited"
    eventually(lambda: not client.connected)


def test_events_called_connect_or_disconnect_are_nobodys(small_table: Table):
    """A client can't act as the transport: such events are unknown, and the connection stays."""
    client = small_table.connect()
    assert client.error("connect", {"environ": 1}) == "unknown_event"
    assert client.error("disconnect", {}) == "unknown_event"
    assert client.error("unheard_of") == "unknown_event"

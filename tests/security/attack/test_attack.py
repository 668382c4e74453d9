"""Attackers of all kinds against a running server: it stays, its log is clean, and nobody else is kept from playing."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from quiz.realtime.interface import ASKED
from tests.harness.server import eventually
from tests.security.attack import hostile
from tests.security.attack.assailants import CLOSE, Loiterers
from tests.security.attack.hostile import PACKETS, text_frame
from tests.security.attack.siege import Stage, may_put_first
from tests.transport.raw import Raw

chances = st.randoms(use_true_random=False)
on_one_server = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


def test_a_thousand_hostile_messages_of_all_kinds_do_no_harm(stage: Stage):
    """No traceback, no exit, no leak; every event of the others is acknowledged. What is promised of time is in `make attack`."""
    report = stage.besiege(1000, seed=1, quiet_s=0.2, loiterers=2)
    assert not report.broken
    assert sum(report.messages.values()) >= 1000


def test_who_may_not_put_the_server_first_attacks_all_the_same(monkeypatch: pytest.MonkeyPatch):
    """Root in a container mostly has no CAP_SYS_NICE."""

    def refused(*_: object) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr("os.sched_setscheduler", refused)
    assert not may_put_first()


def test_what_attackers_make_up_is_not_many_times_longer_than_a_message():
    """They would be busy with making it, and not attack."""
    made = [len(json.dumps(hostile.junk(Random(seed)))) for seed in range(500)]
    assert max(made) < 60 * hostile.LONGEST


def _asked(stage: Stage, namespace: str, event: list) -> dict:
    """Sends an event on a connection of its own; its acknowledgement."""
    where, auth = ("", "") if namespace == "/" else (f"{namespace},", json.dumps({"token": stage.known.host_token}))
    with Raw(stage.server.port) as raw:
        raw.enter(f"{where}{auth}")
        raw.send(text_frame(f"42{where}7{json.dumps(event)}"))
        return json.loads(raw.packet(f"43{where}7[").partition("[")[2][:-1])


@on_one_server
@given(chance=chances, namespace=st.sampled_from(list(ASKED)))
def test_every_event_is_acknowledged_whatever_its_fields_are(stage: Stage, chance: Random, namespace: str):
    """With success, or with an error of the contract; `server_busy` would be an error of ours."""
    event = hostile.event(chance, stage.known, namespace)
    assume(len(json.dumps(event)) < hostile.LONGEST - 50)
    told = _asked(stage, namespace, event)
    assert told["ok"] or told["error"].keys() >= {"code", "message", "retryable"}, event
    assert told["ok"] or told["error"]["code"] != "server_busy", event
    assert "Traceback" not in stage.server.log


@pytest.mark.parametrize(
    ("namespace", "event"),
    [
        ("/", ["join", {"pin": "\ud800"}]),
        ("/", ["submit_answer", {"question": "\ud800", "answer": 0}]),
        ("/", ["state", {"\ud800": 1}]),
        ("/host", ["create_game", {"quiz": "\ud800"}]),
        ("/host", ["kick", {"player": "\ud800"}]),
    ],
)
def test_half_a_character_is_an_error_of_who_sent_it(stage: Stage, namespace: str, event: list):
    """JSON can say it and nothing can store it."""
    told = _asked(stage, namespace, event)
    assert told["ok"] or told["error"]["code"] in ("invalid_payload", "not_joined"), told
    assert "Traceback" not in stage.server.log


def _harmless(stage: Stage, sent: list[bytes], *, enter: bool = True) -> None:
    """Sends something and closes: the server must agree, and log nothing but what it is."""
    with Raw(stage.server.port) as raw, contextlib.suppress(ConnectionError):
        if enter:
            raw.enter()
        else:
            raw.request()
        raw.send(*sent, CLOSE)
        while raw.frame():
            pass
    assert "Traceback" not in stage.server.log


def test_every_packet_of_the_list_does_no_harm(stage: Stage):
    """Each on a connection of its own, before and after it enters a namespace; binary attachments follow those that want some."""
    for words in PACKETS:
        for enter in (True, False):
            _harmless(stage, [text_frame(words), hostile.masked(hostile.BINARY, b"\xff\x00")], enter=enter)


@on_one_server
@given(chance=chances)
def test_packets_that_nobody_thought_of_do_no_harm(stage: Stage, chance: Random):
    """Damaged, nested, of namespaces and types that are none."""
    _harmless(stage, [text_frame(hostile.packet(chance)) for _ in range(3)])


@on_one_server
@given(chance=chances)
def test_frames_that_are_none_do_no_harm(stage: Stage, chance: Random):
    """Sent right after the handshake, or later."""
    _harmless(stage, [hostile.frames(chance) for _ in range(3)], enter=bool(chance.randrange(2)))


@on_one_server
@given(chance=chances)
def test_requests_that_are_none_are_answered_or_cut_off(stage: Stage, chance: Random):
    """None is a fault of ours, which would be a status of 5xx."""
    request = hostile.request(chance)
    answer = b""
    with Raw(stage.server.port) as raw, contextlib.suppress(OSError):
        raw.send(request)
        raw.sock.shutdown(socket.SHUT_WR)
        answer = raw.body()
    assert not answer.startswith(b"HTTP/1.1 5"), request
    assert "Traceback" not in stage.server.log


@on_one_server
@given(chance=chances, whose=st.sampled_from(["token", "host_token"]))
@example(chance=Random(0), whose="token")
def test_a_token_that_was_changed_is_no_token(stage: Stage, chance: Random, whose: str):
    """Cut, lengthened, with bits flipped, of another content, key, salt or algorithm: neither a player's nor a host's."""
    forged = hostile.forged(chance, getattr(stage.known, whose))
    with Raw(stage.server.port) as raw:
        raw.request()
        raw.send(text_frame(f"40/host,{json.dumps({'token': forged})}"), text_frame("40"))
        assert json.loads(raw.packet("44/host,").partition(",")[2])["message"] == "unauthorized"
        raw.packet("40{")
        told = raw.call("join", {"pin": stage.known.pin, "token": forged})
    assert told["error"]["code"] in ("unauthorized", "invalid_payload")


def test_a_token_is_good_for_its_own_kind_and_game_alone(stage: Stage):
    """A host's does not make a player, a player's no host, and another game's neither."""
    other = Stage.of(stage.server).known
    with Raw(stage.server.port) as raw:
        raw.enter()
        for pin, token in (
            (stage.known.pin, stage.known.host_token),
            (other.pin, stage.known.token),
            (stage.known.pin, other.token),
        ):
            assert raw.call("join", {"pin": pin, "token": token})["error"]["code"] == "unauthorized"
        assert raw.call("join", {"pin": other.pin, "token": other.token})["ok"]
        raw.send(text_frame(f"40/host,{json.dumps({'token': stage.known.token})}"))
        assert raw.packet("44/host,")


@pytest.mark.long
def test_the_http_interface_is_as_its_openapi_document_says_whatever_it_is_sent(stage: Stage, tmp_path: Path):
    """Schemathesis makes requests of the document, right and wrong ones: no status or body that is not in it, and no 5xx."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{stage.server.url}/api/v1/openapi.json"]
    # A whole number may be written 3.0 in JSON Schema; here it must not. And a quiz may be called `check`, so OPTIONS of
    # `/quizzes/check` tells of PUT as well.
    excluded = "positive_data_acceptance,allow_header_conformance"
    command += ["--max-examples", "12", "--seed", "1", "--exclude-checks", excluded, "--no-color"]
    command += ["--header", f"Authorization: Bearer {stage.known.host_token}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout
    assert "Traceback" not in stage.server.log


def test_who_sends_a_byte_now_and_then_is_given_up_and_keeps_nobody_out(stage: Stage):
    """Heads, handshakes, bodies, messages; and who is half open. Others are served meanwhile."""
    kinds = {kind for kind, *_ in Loiterers.KINDS}
    with Loiterers(stage.server.port, each=3) as loiterers, Raw(stage.server.port) as other:
        other.enter()
        eventually(
            lambda: other.call("nothing", {})["error"]["code"] == "unknown_event" and loiterers.given_up == kinds, step=0.1
        )

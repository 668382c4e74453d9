"""A game on two workers with everything logged and traced: one trace of an answer, and a log without its secrets."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.harness.clients import Client, walk
from tests.harness.server import Server, eventually, serving
from tests.realtime.conftest import ANSWERS, Table, furnish


class Collector:
    """What receives OTLP over HTTP. It keeps who sends waiting until it is told to `answer`."""

    def __init__(self) -> None:
        self.spans: list[dict[str, Any]] = []
        self.asked, self.answer = threading.Event(), threading.Event()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.asked.set()
                collector.answer.wait(60)
                collector.take(self.path, ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path: str, sent: ExportTraceServiceRequest) -> None:
        assert path == "/v1/traces"
        for of in sent.resource_spans:
            about = {each.key: each.value for each in of.resource.attributes}
            for scope in of.scope_spans:
                for span in scope.spans:
                    self.spans.append(
                        {
                            "name": span.name,
                            "trace": span.trace_id.hex(),
                            "id": span.span_id.hex(),
                            "parent": span.parent_span_id.hex(),
                            "worker": about["process.pid"].int_value,
                            "service": about["service.name"].string_value,
                            **{each.key: each.value.string_value for each in span.attributes},
                        }
                    )

    def close(self) -> None:
        self.answer.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """One for the module."""
    running = Collector()
    yield running
    running.close()


@pytest.fixture(scope="module")
def traced(collector: Collector) -> Iterator[Server]:
    """Two workers that log all they can, trust a proxy, and send traces."""
    with serving(
        2,
        QUIZ_LOG_LEVEL="DEBUG",
        QUIZ_LOG_LEVEL_ROOT="DEBUG",
        QUIZ_LOG_LIMIT="10000",
        QUIZ_TRUSTED_PROXIES="1",
        QUIZ_INSTANCE_ID="quiz-7",
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        OTEL_EXPORTER_OTLP_TIMEOUT="60",
        OTEL_SERVICE_NAME="quiz-under-test",
        OTEL_BSP_SCHEDULE_DELAY="100",
    ) as running:
        furnish(running)
        yield running


def records(server: Server) -> list[dict[str, Any]]:
    """The log so far; every line of it is a JSON object. What follows the last line's end is still being written."""
    return [json.loads(line) for line in server.log.splitlines(keepends=True) if line.endswith("\n")]


def test_an_answer_is_one_trace_over_all_workers(traced: Server, collector: Collector):
    """From the event through Redis to the broadcasts of both workers; and a collector that is stuck holds up nobody."""
    table = Table(traced)
    try:
        table.game("self-paced")
        ada = table.player("Ada")
        assert collector.asked.wait(20)
        ada.wait("leaderboard", lambda board: board["top"])  # or that of joining might show the answer
        ada.ok("submit_answer", {"question": "q1", "answer": 1})
        ada.wait("leaderboard", lambda board: board["top"][0]["score"] > 0)
        assert not collector.spans, "the collector has answered nobody yet"
        collector.answer.set()

        def trace() -> list[dict[str, Any]]:
            roots = [span for span in collector.spans if span["name"] == "event submit_answer"]
            spans = [span for span in collector.spans if roots and span["trace"] == roots[0]["trace"]]
            told = {span["worker"] for span in spans if span["name"] == "broadcast leaderboard"}
            return spans if len(told) == 2 else []

        spans = eventually(trace)
        by_id = {span["id"]: span for span in spans}
        [root] = [span for span in spans if not span["parent"]]
        assert (root["name"], root["quiz.outcome"], root["quiz.pin"]) == ("event submit_answer", "ok", table.pin)
        assert {span["service"] for span in spans} == {"quiz-under-test"}
        calls = [span for span in spans if span["name"].startswith("redis ") and by_id[span["parent"]] is root]
        assert calls, spans
        here, there = sorted(
            (span for span in spans if span["name"] == "broadcast leaderboard"), key=lambda span: span["worker"] != root["worker"]
        )
        assert here["worker"] == root["worker"] != there["worker"]
        assert by_id[there["parent"]] is here
    finally:
        table.close()
    [answered] = [each for each in records(traced) if each["event"] == "submit_answer: ok"]
    assert answered["pin"] == table.pin
    assert answered["player"] == ada.ack["player"]["id"]
    assert (answered["instance"], answered["worker"], answered["level"]) == ("quiz-7", root["worker"], "debug")


def test_a_trace_is_found_from_the_log(traced: Server, collector: Collector):
    """A record within a trace names it."""
    client = Client(traced.url)
    client.error("no_such\nevent")
    client.close()
    [unknown] = [each for each in records(traced) if each["event"] == "unknown: unknown_event"]
    assert unknown["sid"]
    root = eventually(lambda: [span for span in collector.spans if span["name"] == "event unknown"])[0]
    assert root["quiz.outcome"] == "unknown_event"
    assert (unknown["trace_id"], unknown["span_id"]) == (root["trace"], root["id"])


def test_a_request_keeps_the_id_that_the_proxy_gave_it(traced: Server):
    """It comes back, over a page and over Socket.IO's handshake alike, so that who complains can name it."""
    for path in ("/actuator/health/liveness", "/nowhere", "/socket.io/?EIO=3"):
        answered = requests.get(f"{traced.url}{path}", headers={"X-Request-ID": "3f2a9c1e-7b64"}, timeout=10)
        assert answered.headers["X-Request-ID"] == "3f2a9c1e-7b64"


def test_no_secret_token_or_answer_is_in_the_log(traced: Server):
    """A whole game at DEBUG, with wrong passwords and payloads: nothing that must not be known is in what was logged."""
    secret: set[str] = {traced.environ["SECRET_KEY"], "a good password", "a wrong password", "Zanzibar"}
    wrong = requests.post(f"{traced.url}/api/v1/session", json={"name": "teacher", "password": "a wrong password"}, timeout=10)
    assert wrong.status_code == 401
    requests.get(f"{traced.url}/host", params={"token": "Zanzibar"}, cookies={"quiz_session": "Zanzibar"}, timeout=10)
    table = Table(traced)
    try:
        secret.add(table.host.auth["token"])
        table.game("self-paced")
        ada = table.player("Ada")
        secret.add(ada.ack["token"])
        for question, (_, _, misshapen) in ANSWERS.items():
            for answer in misshapen:
                ada.error("submit_answer", {"question": question, "answer": answer})
        for question, answer in (("q4", "Zanzibar"), ("q2", [3, 1]), ("q5", 3.15)):
            ada.ok("submit_answer", {"question": question, "answer": answer, "submission": "again"})
        ada.error("join", {"pin": table.pin, "token": ada.ack["token"][:-3] + "abc"})
        ada.error("join", {"pin": table.pin, "token": {"Zanzibar": 1}})
        again = table.connect()
        again.ok("join", {"pin": table.pin, "token": ada.ack["token"]})
        secret |= {value for key, value in walk(again.ok("state")) if key == "token"}
        table.host.ok("end")
    finally:
        table.close()
    logged = traced.log
    assert "submit_answer: ok" in logged
    assert len(records(traced)) > 20
    assert not [each for each in secret if each in logged]
    assert not re.findall(r"Paris|pARIS|(?<!\d)3\.15(?!\d)", logged)  # a time may have these digits

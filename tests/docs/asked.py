"""Requests whose responses are compared with the OpenAPI document that the server serves."""

from __future__ import annotations

import json
import os
import signal
from itertools import count
from typing import Any

import msgspec
import requests
from jsonschema import Draft202012Validator

from tests.harness.clients import Client
from tests.harness.server import ROOT, Server, eventually
from tests.realtime.conftest import ANSWERS
from tests.transport.raw import Raw


class Caller:
    """Sends requests, and has each response checked against the document that the server serves."""

    def __init__(self, server: Server) -> None:
        self.server, self.url, self.seen = server, server.url, set[tuple[str, str, str]]()
        self.document = requests.get(f"{server.url}/api/v1/openapi.json", timeout=10).json()
        for schema in self.document["components"]["schemas"].values():
            schema["additionalProperties"] = False  # here: what is not documented is not sent
        self.token, self.admin = (server.sign_in(name, "a good password") for name in ("teacher", "head"))

    def ask(self, method: str, path: str, as_is: str, status: int, **options: Any) -> requests.Response:
        """The response of `as_is`, an address of `path`; fails unless it has this status and is documented so."""
        headers = {"Authorization": f"Bearer {self.token}"} if options.pop("signed_in", True) else {}
        reply = options.pop("via", requests).request(
            method, self.url + as_is, headers=headers | options.pop("headers", {}), timeout=10, **options
        )
        assert reply.status_code == status, reply.text
        documented = self._resolved(self.document["paths"][path][method]["responses"][str(status)])
        for name, header in documented.get("headers", {}).items():
            assert name in reply.headers or not header["required"]
        content = documented.get("content", {})
        if content:
            kind = reply.headers["Content-Type"].partition(";")[0]
            told = reply.json() if kind.endswith("json") else reply.text
            schema = {**content[kind]["schema"], "components": self.document["components"]}
            Draft202012Validator(schema).validate(told)
        else:
            assert not reply.content
        self.seen.add((method, path, str(status)))
        return reply

    @property
    def unseen(self) -> set[tuple[str, str, str]]:
        """What is documented and was never there: method, path, status."""
        return {
            (method, path, status)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
            if method != "parameters"
            for status in operation["responses"]
        } - self.seen

    def _resolved(self, response: dict[str, Any]) -> dict[str, Any]:
        ref = response.get("$ref", "")
        return self.document["components"]["responses"][ref.rpartition("/")[2]] if ref else response


def ask_everything(call: Caller) -> None:
    """Each operation with each of its statuses, but for the server's end."""
    session, quizzes, quiz = "/api/v1/session", "/api/v1/quizzes", "/api/v1/quizzes/{slug}"
    games, game = "/api/v1/games", "/api/v1/games/{pin}"
    signed = call.ask("post", session, session, 200, json={"name": "teacher", "password": "a good password"})
    call.ask("post", session, session, 400, data="{")
    call.ask("post", session, session, 401, json={"name": "teacher", "password": "a wrong one"})
    call.ask("post", session, session, 403, json={}, headers={"Origin": "https://evil.example"})
    for path, method in ((session, "post"), (games, "post")):
        call.ask(method, path, path, 413, data=b"x" * 1_100_000)
    call.ask("get", session, session, 200)
    call.ask("get", session, session, 200, signed_in=False, cookies=signed.cookies)
    call.ask("get", quizzes, quizzes, 200)
    call.ask("get", quiz, f"{quizzes}/all-types", 200)
    call.ask("get", quiz, f"{quizzes}/none", 404)
    call.ask("get", quizzes, f"{quizzes}?owner=other", 404)
    _authoring(call, signed.cookies)
    made = call.ask("post", games, games, 201, json={"quiz": "all-types", "options": {"countdown_ms": 0}}).json()
    call.ask("post", games, games, 201, json={"quiz": "all-types", "draw": {"count": 2}})
    for wrong in ({"quiz": 1}, {}, {"draw": {"count": 1, "tags": ["none"]}}, {"quiz": "all-types", "draw": {"count": 0}}):
        call.ask("post", games, games, 400, json=wrong)
    call.ask("post", games, games, 404, json={"quiz": "none"})
    call.ask("post", games, games, 403, json={"quiz": "all-types"}, signed_in=False, cookies=signed.cookies)
    call.ask("get", games, games, 200)
    call.ask("get", game, f"{games}/{made['pin']}", 200)
    call.ask("get", game, f"{games}/000000", 404)
    other = call.server.sign_in("other", "a good password")
    call.ask("get", game, f"{games}/{made['pin']}", 403, headers={"Authorization": f"Bearer {other}"})
    for path, method in ((session, "get"), (session, "delete"), (quizzes, "get"), (games, "get"), (games, "post")):
        call.ask(method, path, path, 401, signed_in=False)
    call.ask("get", quiz, f"{quizzes}/all-types", 401, signed_in=False)
    call.ask("get", game, f"{games}/{made['pin']}", 401, signed_in=False)
    call.ask("delete", session, session, 403, signed_in=False, cookies=signed.cookies)
    headers = {"X-CSRF-Token": signed.json()["csrf"]}
    call.ask("delete", session, session, 204, signed_in=False, cookies=signed.cookies, headers=headers)
    for _ in range(21):  # as often as a password may be wrong, and once more
        limited = requests.post(call.url + session, json={"name": "nobody", "password": "guess"}, timeout=10)
    assert limited.status_code == 429
    call.ask("post", session, session, 429, json={"name": "nobody", "password": "guess"})
    _results(call)
    _accounts(call)
    _probes(call)


def _results(call: Caller) -> None:
    report, listed, result = "/api/v1/games/{pin}/report", "/api/v1/results", "/api/v1/results/{game}"
    compared, answers, player = f"{result}/comparison", f"{result}/questions/{{index}}", f"{result}/players/{{player}}"
    pin = call.ask("post", "/api/v1/games", "/api/v1/games", 201, json={"quiz": "all-types", "mode": "self-paced"}).json()["pin"]
    ann = Client(call.url)
    joined = ann.ok("join", {"pin": pin, "nickname": "Ann"})
    for question, (right, _, _) in ANSWERS.items():
        ann.ok("submit_answer", {"question": question, "answer": right})
    ann.close()
    call.server.flask("game", "end", pin)
    game, there = joined["game"]["id"], joined["player"]["id"]
    gone = f"{listed}/0123456789abcdef"
    other = {"Authorization": f"Bearer {call.server.sign_in('other', 'a good password')}"}
    for kind in ("json", "csv"):
        call.ask("get", report, f"/api/v1/games/{pin}/report?format={kind}", 200)
        call.ask("get", f"{result}/report", f"{listed}/{game}/report?format={kind}", 200)
    call.ask("get", report, f"/api/v1/games/{pin}/report?format=pdf", 400)
    call.ask("get", report, "/api/v1/games/000000/report", 404)
    call.ask("get", report, f"/api/v1/games/{pin}/report", 403, headers=other)
    call.ask("get", report, f"/api/v1/games/{pin}/report", 401, signed_in=False)
    call.ask("get", listed, f"{listed}?limit=many", 400)
    call.ask("get", listed, listed, 401, signed_in=False)
    call.ask("get", f"{result}/report", f"{listed}/{game}/report?show=all", 400)
    reading = [(listed, listed), (result, f"{listed}/{game}"), (compared, f"{listed}/{game}/comparison")]
    reading += [(answers, f"{listed}/{game}/questions/3"), (player, f"{listed}/{game}/players/{there}")]
    for path, as_is in reading:
        tag = call.ask("get", path, as_is, 200).headers["ETag"]
        call.ask("get", path, as_is, 304, headers={"If-None-Match": tag})
    one_game = [("get", result, ""), ("delete", result, ""), ("get", f"{result}/report", "/report")]
    one_game += [("get", compared, "/comparison"), ("get", answers, "/questions/0")]
    one_game += [("get", player, f"/players/{there}"), ("delete", player, f"/players/{there}")]
    for method, path, rest in one_game:
        call.ask(method, path, gone + rest, 404)
        call.ask(method, path, f"{listed}/{game}{rest}", 403, headers=other)
        call.ask(method, path, f"{listed}/{game}{rest}", 401, signed_in=False)
    call.ask("get", answers, f"{listed}/{game}/questions/7", 404)
    call.ask("delete", player, f"{listed}/{game}/players/{there}", 204)
    call.ask("delete", result, f"{listed}/{game}", 204)


#: The smallest GIF.
PIXEL = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
QUIZ = {"title": "Sums", "questions": [{"text": "2 + 2?", "choices": ["3", "4"], "correct": 1}]}


def _authoring(call: Caller, cookies: Any) -> None:
    """Two quizzes at most, of 20,000 bytes each."""
    quizzes, one = "/api/v1/quizzes", "/api/v1/quizzes/{slug}"
    check, import_, draft = f"{quizzes}/check", f"{quizzes}/import", f"{one}/draft"
    editors, editor, restore, copy = f"{one}/editors", f"{one}/editors/{{editor}}", f"{one}/restore", f"{one}/duplicate"
    export, sums, any_version = f"{one}/export", f"{quizzes}/sums", {"If-Match": "*"}
    made = call.ask("post", quizzes, quizzes, 201, json=QUIZ)
    known = {"If-None-Match": made.headers["ETag"]}
    call.ask("get", quizzes, f"{quizzes}?limit=0", 400)
    call.ask("get", one, sums, 304, headers=known)
    call.ask("put", one, sums, 200, json=QUIZ, headers=any_version)
    call.ask("put", one, sums, 400, json={}, headers=any_version)
    call.ask("put", one, f"{quizzes}/none", 404, json=QUIZ, headers=any_version)
    call.ask("post", quizzes, quizzes, 400, json={})
    call.ask("post", check, check, 200, json={})
    call.ask("post", check, check, 400, data="[")
    file = json.dumps({**QUIZ, "title": "File"})
    call.ask("post", import_, f"{import_}?dry_run=true", 200, data=file)
    call.ask("post", import_, import_, 201, data=file)
    call.ask("post", import_, import_, 400, data="{")
    call.ask("post", import_, import_, 413, data=b"x" * (16 * 1024 * 1024 + 1))
    call.ask("get", export, f"{sums}/export", 200)
    call.ask("get", export, f"{sums}/export?format=csv", 200)
    call.ask("get", export, f"{sums}/export?format=none", 400)
    left_out, schema = f"{one}/left-out", "/api/v1/quiz.schema.json"
    call.ask("get", left_out, f"{sums}/left-out", 200)
    call.ask("get", left_out, f"{sums}/left-out?format=none", 400)
    call.ask("get", schema, schema, 200, signed_in=False)
    call.ask("post", copy, f"{sums}/duplicate", 400, data="[")
    kept = call.ask("put", draft, f"{sums}/draft", 200, json={"content": {"title": "S"}})
    call.ask("put", draft, f"{sums}/draft", 400, json={})
    call.ask("get", draft, f"{sums}/draft", 200)
    call.ask("get", draft, f"{sums}/draft", 304, headers={"If-None-Match": kept.headers["ETag"]})
    call.ask("delete", draft, f"{sums}/draft", 204)
    call.ask("post", editors, f"{sums}/editors", 200, json={"editor": "tab"})
    call.ask("post", editors, f"{sums}/editors", 400, json={})
    call.ask("delete", editor, f"{sums}/editors/tab", 204)
    call.ask("delete", editor, f"{sums}/editors/a.b", 400)
    # Two is all that there may be.
    call.ask("post", quizzes, quizzes, 409, json=QUIZ)
    call.ask("post", import_, import_, 409, data=file)
    call.ask("post", copy, f"{sums}/duplicate", 409)
    call.ask("put", one, sums, 413, json={**QUIZ, "x": "y" * 20_000}, headers=any_version)
    longer = [{**QUIZ["questions"][0], "id": f"q{n}"} for n in range(200)]  # which has more to it than was sent
    call.ask("put", one, sums, 409, data=msgspec.json.encode({"title": "S", "questions": longer}), headers=any_version)
    call.ask("delete", one, f"{quizzes}/file", 204, headers=any_version)
    call.ask("post", copy, f"{sums}/duplicate", 201)
    call.ask("post", restore, f"{quizzes}/file/restore", 409)
    call.ask("delete", one, f"{quizzes}/sums-copy", 204, headers=any_version)
    call.ask("post", restore, f"{quizzes}/file/restore", 201)
    call.ask("get", "/api/v1/deleted-quizzes", "/api/v1/deleted-quizzes", 200)
    call.ask("get", "/api/v1/drafts", "/api/v1/drafts", 200)
    lists = {quizzes: quizzes, "/api/v1/tags": "/api/v1/tags"}
    for path in lists:
        tag = call.ask("get", path, path, 200).headers["ETag"]
        call.ask("get", path, path, 304, headers={"If-None-Match": tag})
    content = {"content": {}}
    bodies: list[tuple[str, str, str, dict[str, Any]]] = [
        ("post", quizzes, quizzes, {"json": QUIZ}),
        ("post", check, check, {"json": QUIZ}),
        ("post", import_, import_, {"data": file}),
        ("put", one, sums, {"json": QUIZ, "headers": any_version}),
        ("delete", one, sums, {"headers": any_version}),
        ("post", restore, f"{sums}/restore", {}),
        ("post", copy, f"{sums}/duplicate", {}),
        ("put", draft, f"{sums}/draft", {"json": content}),
        ("delete", draft, f"{sums}/draft", {}),
        ("post", editors, f"{sums}/editors", {"json": {"editor": "x"}}),
        ("delete", editor, f"{sums}/editors/x", {}),
    ]
    images = "/api/v1/images"
    call.ask("post", images, images, 201, data=PIXEL)
    call.ask("post", images, images, 400, data=b"no image")
    call.ask("post", images, images, 413, data=b"x" * (8 * 1024 * 1024 + 1))
    call.ask("post", images, images, 409, data=(ROOT / "docs/pictures/host-lobby.webp").read_bytes())
    bodies.append(("post", images, images, {"data": PIXEL}))
    for method, path, as_is, options in bodies:
        call.ask(method, path, as_is, 403, signed_in=False, cookies=cookies, **options)
    reads = [("get", one, sums), ("get", export, f"{sums}/export"), ("get", draft, f"{sums}/draft")]
    reads += [("get", left_out, f"{sums}/left-out")]
    reads += [("get", path, path) for path in ("/api/v1/deleted-quizzes", "/api/v1/drafts", "/api/v1/tags")]
    for method, path, as_is, options in [*bodies, *((*read, {}) for read in reads)]:
        call.ask(method, path, as_is, 401, signed_in=False, **options)
        if path not in (check, images, "/api/v1/drafts"):
            call.ask(method, path, f"{as_is}?owner=other", 404, **options)
            call.ask(method, path, f"{as_is}?shared=maybe", 400, **options)
    for method, path, as_is, headers, status in (
        ("put", one, sums, {}, 428),
        ("delete", one, sums, {}, 428),
        ("put", one, sums, {"If-Match": '"1"'}, 412),
        ("delete", one, sums, {"If-Match": '"1"'}, 412),
        ("put", draft, f"{sums}/draft", {"If-Match": '"1"'}, 412),
    ):
        call.ask(method, path, as_is, status, headers=headers, json=content if path == draft else QUIZ)
    call.ask("post", import_, f"{import_}?into=sums", 428, data=file)
    call.ask("post", import_, f"{import_}?into=sums", 412, data=file, headers={"If-Match": '"1"'})
    for slug in ("new-1", "new-2"):  # as many as there may be
        call.ask("put", draft, f"{quizzes}/{slug}/draft", 200, json=content)
    call.ask("put", draft, f"{quizzes}/one-more/draft", 409, json=content)
    for method, path, as_is in (("post", quizzes, quizzes), ("post", check, check), ("put", draft, f"{sums}/draft")):
        call.ask(method, path, as_is, 413, data=b" " * 20_001)


def _accounts(call: Caller) -> None:
    hosts, host = "/api/v1/hosts", "/api/v1/hosts/{name}"
    password, sessions = f"{host}/password", f"{host}/sessions"
    admin = {"Authorization": f"Bearer {call.admin}"}
    call.ask("post", hosts, hosts, 201, json={"name": "new"}, headers=admin)
    call.ask("post", hosts, hosts, 409, json={"name": "new"}, headers=admin)
    call.ask("post", hosts, hosts, 400, json={"name": "a b"}, headers=admin)
    call.ask("get", hosts, hosts, 200, headers=admin)
    call.ask("put", password, f"{hosts}/new/password", 200, json={}, headers=admin)
    call.ask("put", password, f"{hosts}/new/password", 400, json={"password": "short"}, headers=admin)
    call.ask("put", password, f"{hosts}/none/password", 404, json={}, headers=admin)
    call.ask("patch", host, f"{hosts}/new", 200, json={"admin": True}, headers=admin)
    call.ask("patch", host, f"{hosts}/new", 400, json={}, headers=admin)
    call.ask("patch", host, f"{hosts}/none", 404, json={"admin": True}, headers=admin)
    call.ask("patch", host, f"{hosts}/head", 409, json={"admin": False}, headers=admin)
    call.ask("delete", sessions, f"{hosts}/new/sessions", 204, headers=admin)
    call.ask("delete", sessions, f"{hosts}/none/sessions", 404, headers=admin)
    call.ask("delete", host, f"{hosts}/new", 204, headers=admin)
    call.ask("delete", host, f"{hosts}/new", 404, headers=admin)
    call.ask("delete", host, f"{hosts}/head", 409, headers=admin)
    paths = (
        (hosts, "get", ""),
        (hosts, "post", ""),
        (host, "delete", "/x"),
        (host, "patch", "/x"),
        (password, "put", "/x/password"),
    )
    for path, method, rest in (*paths, (sessions, "delete", "/x/sessions")):
        call.ask(method, path, hosts + rest, 403)
        call.ask(method, path, hosts + rest, 401, signed_in=False)


def _probes(call: Caller) -> None:
    outsider = {"X-Forwarded-For": "203.0.113.1"}
    for path in ("/actuator/prometheus", "/metrics", "/actuator/metrics"):
        call.ask("get", path, path, 200, signed_in=False)
        call.ask("get", path, path, 403, signed_in=False, headers=outsider)
    one, metric = "/actuator/metrics/{name}", "/actuator/metrics/quiz.rate_limit.rejected"
    call.ask("get", one, metric, 200, signed_in=False)
    call.ask("get", one, metric, 403, signed_in=False, headers=outsider)
    call.ask("get", one, "/actuator/metrics/none", 404, signed_in=False)
    call.ask("get", "/actuator/health", "/actuator/health", 200, signed_in=False, headers=outsider)
    call.ask("get", "/api/v1/openapi.json", "/api/v1/openapi.json", 200, signed_in=False)
    for path in ("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"):
        call.ask("get", path, path, 200, signed_in=False)


def ask_too_much(call: Caller) -> None:
    """A host with too many games, and an address with too many wrong PINs."""
    games, game = "/api/v1/games", "/api/v1/games/{pin}"
    other = {"Authorization": f"Bearer {call.server.sign_in('other', 'a good password')}"}
    wanted = {"quiz": "all-types"}
    eventually(lambda: requests.post(call.url + games, json=wanted, headers=other, timeout=10).status_code == 429, step=0)
    call.ask("post", games, games, 429, json=wanted, headers=other)
    tried = count()

    def refused() -> bool:
        # Without a trusted proxy nobody is believed to be at another address.
        headers = {**other, "X-Forwarded-For": f"198.51.100.{next(tried)}"}
        return requests.get(f"{call.url}{games}/000000", headers=headers, timeout=10).status_code == 429

    eventually(refused, step=0)
    call.ask("get", game, f"{games}/000000", 429)
    call.ask("get", f"{game}/report", f"{games}/000000/report", 429)


def ask_without_redis(call: Caller) -> None:
    """What is refused while the server's Valkey stands still."""
    valkey = int((call.server.folder / "var/valkey/valkey.pid").read_text())
    os.kill(valkey, signal.SIGSTOP)
    try:
        credentials = {"name": "teacher", "password": "a good password"}
        call.ask("post", "/api/v1/session", "/api/v1/session", 503, json=credentials)
        for path in ("/api/v1/quizzes", "/api/v1/games"):
            call.ask("get", path, path, 503)
        call.ask("get", "/api/v1/quizzes/{slug}", "/api/v1/quizzes/all-types", 503)
        _authoring_without_redis(call)
        call.ask("post", "/api/v1/games", "/api/v1/games", 503, json={"quiz": "all-types"})
        call.ask("get", "/api/v1/games/{pin}", "/api/v1/games/000000", 503)
        call.ask("get", "/api/v1/games/{pin}/report", "/api/v1/games/000000/report", 503)
        results, result = "/api/v1/results", "/api/v1/results/{game}"
        call.ask("get", results, results, 503)
        for method, path, rest in (
            ("get", result, ""),
            ("delete", result, ""),
            ("get", f"{result}/report", "/report"),
            ("get", f"{result}/comparison", "/comparison"),
            ("get", f"{result}/questions/{{index}}", "/questions/0"),
            ("get", f"{result}/players/{{player}}", "/players/x"),
            ("delete", f"{result}/players/{{player}}", "/players/x"),
        ):
            call.ask(method, path, f"{results}/g1{rest}", 503)
        hosts, admin = "/api/v1/hosts", {"Authorization": f"Bearer {call.admin}"}
        call.ask("get", hosts, hosts, 503, headers=admin)
        call.ask("post", hosts, hosts, 503, json={"name": "new"}, headers=admin)
        call.ask("put", f"{hosts}/{{name}}/password", f"{hosts}/other/password", 503, json={}, headers=admin)
        call.ask("patch", f"{hosts}/{{name}}", f"{hosts}/other", 503, json={"admin": True}, headers=admin)
        call.ask("delete", f"{hosts}/{{name}}", f"{hosts}/other", 503, headers=admin)
        call.ask("delete", f"{hosts}/{{name}}/sessions", f"{hosts}/other/sessions", 503, headers=admin)
        eventually(lambda: call.ask("get", "/actuator/health", "/actuator/health", 200).json()["status"] == "DEGRADED")
    finally:
        os.kill(valkey, signal.SIGCONT)


def _authoring_without_redis(call: Caller) -> None:
    quizzes, one = "/api/v1/quizzes", "/api/v1/quizzes/{slug}"
    for method, path in (
        ("post", quizzes),
        ("post", f"{quizzes}/import"),
        ("put", one),
        ("delete", one),
        ("post", f"{one}/restore"),
        ("post", f"{one}/duplicate"),
        ("get", f"{one}/export"),
        ("get", f"{one}/left-out"),
        ("get", f"{one}/draft"),
        ("put", f"{one}/draft"),
        ("delete", f"{one}/draft"),
        ("post", f"{one}/editors"),
        ("delete", f"{one}/editors/{{editor}}"),
        *(("get", f"/api/v1/{name}") for name in ("deleted-quizzes", "drafts", "tags")),
    ):
        body = {"content": {}} if path.endswith("draft") else {"editor": "x"} if path.endswith("editors") else QUIZ
        as_is = path.replace("{slug}", "sums").replace("{editor}", "x")
        call.ask(method, path, as_is, 503, headers={"If-Match": "*"}, json=None if path.endswith("duplicate") else body)
    call.ask("post", "/api/v1/images", "/api/v1/images", 503, data=PIXEL)


def ask_at_the_end(call: Caller) -> None:
    """One connection from before, since a server that stops takes no new ones; and a client who is slow to leave."""
    path = "/actuator/health/readiness"
    with requests.Session() as probe:
        call.ask("get", path, path, 200, via=probe)
        client = Raw(call.server.port).enter()
        call.server.process.send_signal(signal.SIGTERM)
        eventually(lambda: probe.get(call.url + path, timeout=60).status_code == 503)
        call.ask("get", path, path, 503, via=probe)
        client.sock.close()

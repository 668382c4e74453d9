"""Who may do what: every event and route, tried by everybody. The tables are the application's, so nothing new is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
import requests
from flask import Flask

from quiz.domain.errors import NotHost, QuizNotFound, Unauthorized
from quiz.play import rights
from quiz.play.rights import HOST_EVENTS, PLAYER_EVENTS, ROUTES, Person, Right
from quiz.realtime.hosts import Hosts
from quiz.realtime.players import Players
from quiz.web import api, hosts, images, openapi, quizzes, results, session
from tests.domain.builders import make_game
from tests.harness.clients import Client
from tests.harness.server import Server
from tests.security.conftest import PASSWORD

ANYTHING: Any = SimpleNamespace(tokens=SimpleNamespace(host_seconds=1), accounts=None, records=None)
#: What each event needs to get as far as its rights.
PAYLOADS: dict[str, dict[str, Any]] = {
    "lock": {"locked": False},
    "kick": {"player": "nobody"},
    "rename": {"player": "nobody", "nickname": "Zoe"},
    "extend": {"player": "nobody", "factor": 1.5},
    "add_time": {"seconds": 10},
    "hide_names": {"hidden": False},
}
#: Routes for which there is nothing yet.
NOTHING_THERE = {("POST", "/api/v1/quizzes/<slug>/restore"): 404, ("GET", "/api/v1/quizzes/<slug>/draft"): 404}
UNSAFE = sorted(key for key in ROUTES if key[0] != "GET" and ROUTES[key] is not Right.ANYBODY)


class Staff:
    """Tokens of the hosts, and a connection of each."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.tokens = {name: server.sign_in(name, PASSWORD) for name in ("ann", "bob", "head")}
        self.clients = {name: Client(server.url, "/host", {"token": token}) for name, token in self.tokens.items()}

    def http(self, name: str | None, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.tokens[name]}"} if name else {}
        if method != "GET":
            headers["If-Match"] = "*"
        return requests.request(method, f"{self.server.url}{path}", headers=headers, timeout=20, **options)


@pytest.fixture(scope="module")
def staff(staffroom: Server) -> Iterator[Staff]:
    found = Staff(staffroom)
    yield found
    for client in found.clients.values():
        client.close()


@pytest.fixture(scope="module")
def pin(staff: Staff) -> str:
    """A game of ann's, of her own quiz."""
    return str(staff.clients["ann"].ok("create_game", {"quiz": "ann-s-own", "mode": "live"})["pin"])


@pytest.fixture(scope="module")
def over(staff: Staff) -> dict[str, str]:
    """A game of ann's that is over, and a player of it, for the places in rules that name them."""
    ann = staff.clients["ann"]
    pin = str(ann.ok("create_game", {"quiz": "ann-s-own", "mode": "self-paced"})["pin"])
    player = Client(staff.server.url)
    joined = player.ok("join", {"pin": pin, "nickname": "Eve"})
    player.close()
    ann.ok("end")
    return {"<game>": joined["game"]["id"], "<player>": joined["player"]["id"], "<index>": "0"}


def test_every_event_and_route_has_a_rule_and_every_rule_one():
    """A new event or route that nobody has thought about is nobody's: the server does not start, or refuses."""
    app = Flask("routes")
    for part in (session, api, quizzes, images, hosts, results):
        app.register_blueprint(part.blueprint(ANYTHING))
    app.register_blueprint(openapi.blueprint())
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    assert routes == ROUTES.keys()
    anything = cast(Any, SimpleNamespace())
    assert Hosts(*[anything] * 6).events.keys() == HOST_EVENTS.keys()
    assert Players(*[anything] * 7).events.keys() == PLAYER_EVENTS.keys()


def test_a_route_without_a_rule_is_nobodys():
    """Not even an admin's."""
    app = Flask("new")
    app.testing = True
    session.guard(app, ANYTHING)
    app.add_url_rule("/api/v1/new", view_func=lambda: "done", methods=["GET", "POST"])
    for method in ("get", "post", "head"):
        with pytest.raises(NotHost):
            getattr(app.test_client(), method)("/api/v1/new", headers={"Authorization": "Bearer x"})


@pytest.mark.parametrize("event", sorted(HOST_EVENTS.keys() - {"create_game"}))
def test_a_games_events_are_its_hosts_and_admins(staff: Staff, pin: str, event: str):
    """Another host neither sees nor runs it, whatever they send; the owner and an admin get past the rights."""
    payload = {"pin": pin} if event == "watch" else PAYLOADS.get(event, {})
    stranger = staff.clients["bob"]
    assert stranger.error("watch", {"pin": pin}) == "not_host"
    assert stranger.error(event, payload) == ("not_host" if event == "watch" else "not_joined")
    if event == "end":
        return  # the game is for the tests after this one too
    for name in ("ann", "head"):
        staff.clients[name].ok("watch", {"pin": pin})
        ack = staff.clients[name].call(event, payload)
        assert ack["ok"] or ack["error"]["code"] in {"wrong_state"} | (
            {"not_joined"} if event in ("kick", "rename", "extend") else set()
        ), ack


@pytest.mark.parametrize("path", ["/host/games/{}", "/host/games/{}/remote"])
def test_the_pages_of_a_game_tell_of_it_whom_its_events_are_for(staff: Staff, pin: str, path: str):
    """Another host's page has nothing of it, and nobody's neither."""

    def page(name: str) -> str:
        cookies = {"quiz_session": staff.tokens[name]} if name else {}
        return requests.get(staff.server.url + path.format(pin), cookies=cookies, timeout=20).text

    game = staff.clients["ann"].ok("watch", {"pin": pin})["game"]["id"]
    assert [game in page(name) for name in ("ann", "head", "bob", "")] == [True, True, False, False]


@pytest.mark.parametrize("event", sorted(HOST_EVENTS))
def test_nobody_and_players_send_no_hosts_event(staff: Staff, pin: str, event: str):
    """Without a session there is no connection to `/host`; on the players' namespace it is refused, before and after joining."""
    player = Client(staff.server.url)
    assert player.error(event, {"pin": pin, "quiz": "shared"}) == "not_host"
    player.close()


def test_nobody_has_a_connection_to_the_hosts_namespace(staff: Staff):
    """Not with nothing, nonsense or a player's token."""
    player = Client(staff.server.url)
    shared = staff.server.flask("game", "create", "shared", "--mode", "self-paced").split()[-1]
    token = player.ok("join", {"pin": shared, "nickname": "Eve"})["token"]
    for event in sorted(PLAYER_EVENTS):
        if PLAYER_EVENTS[event] is Right.PLAYER:
            other = Client(staff.server.url)
            assert other.error(event, {"question": "q1", "answer": 0}) == "not_joined"
            other.close()
    for auth in (None, {"token": ""}, {"token": "x.y.z"}, {"token": token}, {"token": 1}):
        with pytest.raises(Exception, match=r"refused|unauthorized|failed to connect"):
            Client(staff.server.url, "/host", auth)
    player.close()


def _asked(staff: Staff, name: str | None, method: str, rule: str, places: dict[str, str], query: str = "") -> requests.Response:
    """With a body that is nonsense, so that nothing is changed by who may."""
    path = rule
    for place, what in {**places, "<slug>": "ann-s-own", "<name>": "ann", "<editor>": "1"}.items():
        path = path.replace(place, what)
    return staff.http(name, method, path + query, data=b"[")


@pytest.mark.parametrize(("method", "rule"), sorted(ROUTES))
def test_each_route_is_for_whom_the_rule_says(staff: Staff, pin: str, over: dict[str, str], method: str, rule: str):
    """Nobody is told to sign in, another host is refused without learning more, who may gets past the rights."""
    right, places = ROUTES[method, rule], {**over, "<pin>": pin}
    if right is not Right.ANYBODY:
        assert _asked(staff, None, method, rule, places).status_code == 401
    if right in (Right.ADMIN, Right.SELF):
        there, not_there = (staff.http("bob", method, rule.replace("<name>", name)) for name in ("ann", "no-such-host"))
        assert (there.status_code, there.json()["code"]) == (403, "not_host")
        assert there.content == not_there.content
    if right in (Right.RUNNER, Right.OWNER):
        assert _asked(staff, "bob", method, rule, places).json()["code"] == "not_host"
    if (method, rule) == ("GET", "/api/v1/quizzes/<slug>"):
        others, none = (staff.http("bob", method, f"/api/v1/quizzes/{slug}") for slug in ("ann-s-own", "no-such-quiz"))
        assert (others.status_code, others.content) == (404, none.content)
    if right is Right.AUTHOR:
        assert _asked(staff, "bob", method, rule, places, "?owner=ann").json()["code"] == "quiz_not_found"
    if method == "DELETE" or (right is Right.ANYBODY and method != "GET"):
        return  # these are in test_sessions and test_signing_in
    for name in ["head"] if right is Right.ADMIN else ["ann", "head"]:
        found = _asked(staff, name, method, rule, places, "?owner=ann" if "quizzes" in rule else "")
        assert found.status_code == NOTHING_THERE.get((method, rule), 200 if method == "GET" else 400), found.text


@pytest.mark.parametrize(("method", "rule"), UNSAFE)
def test_each_unsafe_route_needs_the_csrf_token_beside_the_cookie(staff: Staff, pin: str, method: str, rule: str):
    """The cookie alone, which the browser sends for any page, changes nothing; nor does another session's CSRF token."""
    path = staff.server.url + rule.replace("<name>", "bob")
    for header in ({}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": ""}):
        reply = requests.request(method, path, cookies={"quiz_session": staff.tokens["head"]}, headers=header, timeout=60)
        assert (reply.status_code, reply.json()["code"]) == (403, "not_host")
        assert "X-CSRF-Token" in reply.json()["detail"]


def test_each_host_has_their_own_quizzes_and_the_shared_ones(staff: Staff):
    """Slugs are an owner's own; an own quiz comes before a shared one of the same slug; admins read everybody's."""
    file = staff.server.folder / "bobs.json"
    questions = [{"text": "Bob's?", "choices": ["a", "b"], "correct": 0}]
    file.write_text(json.dumps({"title": "Shared", "questions": questions}))
    staff.server.flask("quiz", "import", str(file), "--owner", "bob")

    def listed(name: str, query: str = "") -> dict[str, str | None]:
        return {one["slug"]: one["owner"] for one in staff.http(name, "GET", f"/api/v1/quizzes{query}").json()["quizzes"]}

    assert listed("ann") == {"ann-s-own": "ann", "shared": None}
    assert listed("bob") == {"shared": "bob"}
    assert listed("head") == {"shared": None}
    assert listed("head", "?owner=ann") == listed("ann")
    assert staff.http("bob", "GET", "/api/v1/quizzes?owner=ann").json()["code"] == "quiz_not_found"
    assert [len(staff.http(name, "GET", "/api/v1/quizzes/shared").json()["questions"]) for name in ("ann", "bob")] == [3, 1]
    for slug in ("ann-s-own", "ann/ann-s-own", "../bob/ann/ann-s-own"):
        assert staff.clients["bob"].error("create_game", {"quiz": slug}) == "quiz_not_found"
        assert staff.http("bob", "POST", "/api/v1/games", json={"quiz": slug}).json()["code"] == "quiz_not_found"
    assert [one["slug"] for one in json.loads(staff.server.flask("quiz", "list", "--json"))] == ["shared"]


def test_lists_of_games_show_the_own_and_the_shared(staff: Staff, pin: str):
    """An admin sees all; a shared game is run by any host."""
    shared = staff.server.flask("game", "create", "shared").split()[-1]
    seen = {
        name: {game["pin"] for game in staff.http(name, "GET", "/api/v1/games").json()["games"]} & {pin, shared}
        for name in ("ann", "bob", "head")
    }
    assert seen == {"ann": {pin, shared}, "bob": {shared}, "head": {pin, shared}}
    assert staff.clients["bob"].ok("watch", {"pin": shared})["game"]["pin"] == shared
    staff.clients["bob"].ok("end")


def test_the_rules_themselves():
    """An admin is everything, nobody only anybody; a shared game is every host's."""
    ann, head = Person("ann"), Person("head", admin=True)
    for right in Right:
        if right is not Right.ANYBODY:
            with pytest.raises(Unauthorized):
                rights.admit(right, None, "ann")
        rights.admit(right, head, "ann")
    for right in (Right.ADMIN, Right.SELF):
        with pytest.raises(NotHost):
            rights.admit(right, ann, "bob")
    rights.admit(Right.SELF, ann, "ann")
    own, others, shared = (msgspec.structs.replace(make_game(), host=name) for name in ("ann", "bob", None))
    assert [rights.runs(ann, game) for game in (own, others, shared)] == [True, False, True]
    assert [rights.runs(head, game) for game in (own, others, shared)] == [True, True, True]
    assert [rights.own(person, game) for person, game in ((ann, own), (head, others), (head, shared))] == [own, others, shared]
    for game in (others, shared):
        with pytest.raises(NotHost):
            rights.own(ann, game)
    assert (rights.finished(ann), rights.finished(head)) == (["ann", None], None)
    with pytest.raises(QuizNotFound):
        rights.shelf(ann, "bob")
    assert [rights.shelf(ann, None), rights.shelf(ann, "ann"), rights.shelf(head, "bob")] == ["ann", "ann", "bob"]

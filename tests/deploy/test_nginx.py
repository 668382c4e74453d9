"""nginx in front of three instances."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
import trustme

from tests.chaos.audit import audit
from tests.chaos.crowd import Crowd
from tests.deploy.fleet import QUESTIONS, Fleet, Wanderer, fleet
from tests.harness.nginx import FOLDER, Nginx, before
from tests.harness.server import eventually
from tests.transport.raw import Raw

STICKY, NONSTICKY, TLS = "nginx.conf", "nginx-nonsticky.conf", "nginx-tls.conf"
CONFS = sorted(path.name for path in FOLDER.glob("*.conf"))
POLL = "/socket.io/?EIO=4&transport=polling"
#: What a client may say of itself.
PRETENCES = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil"}


@pytest.fixture(scope="module")
def instances() -> Iterator[Fleet]:
    """Three instances and games for the tests."""
    with fleet(games=3, doors=2) as running:
        yield running


@pytest.fixture(scope="module")
def sticky(instances: Fleet) -> Iterator[Nginx]:
    """The default."""
    with before(STICKY, instances.ports, port=instances.doors[0]) as nginx:
        yield nginx


@pytest.fixture(scope="module")
def nonsticky(instances: Fleet) -> Iterator[Nginx]:
    """Any instance for each connection."""
    with before(NONSTICKY, instances.ports, port=instances.doors[1]) as nginx:
        yield nginx


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 with its key."""
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    made.cert_chain_pems[0].write_to_path(folder / "chain.pem")
    made.private_key_pem.write_to_path(folder / "key.pem")
    return folder / "chain.pem", folder / "key.pem"


class Echo(BaseHTTPRequestHandler):
    """In place of an instance: says what reached it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(dict(self.headers)).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def echo() -> Iterator[int]:
    """The port of an upstream that says what reached it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def at_home(nginx: Nginx, port: int) -> requests.Session:
    """A browser whose cookie leads to one instance."""
    while True:
        browser = requests.Session()
        assert browser.get(nginx.url, timeout=60).status_code == 200
        if nginx.served()[-1][2] == port:
            return browser


def test_there_is_a_variant_with_tls_and_one_without_stickiness():
    """And no file that no test runs."""
    assert sorted([STICKY, NONSTICKY, TLS]) == CONFS


@pytest.mark.parametrize("conf", CONFS)
def test_nginx_takes_the_configuration(conf: str, certificate: tuple[Path, Path]):
    """Without a warning about anything but the user that it can't become."""
    nginx = Nginx(conf, [8081, 8082, 8083], certificate)
    with contextlib.closing(nginx):
        said = nginx.check()
    assert said.returncode == 0, said.stderr
    assert not [line for line in said.stderr.splitlines() if "[warn]" in line and '"user"' not in line]


def test_all_variants_serve_the_same():
    """What they have in common is written three times, and does not drift apart."""

    def served(conf: str) -> str:
        text = (FOLDER / conf).read_text()
        return text[text.index("# begin: served") : text.index("# end: served")]

    assert served(TLS) == served(STICKY)
    missing = [line for line in served(STICKY).splitlines() if line not in served(NONSTICKY).splitlines()]
    assert missing == ["        add_header Set-Cookie $quiz_node_made always;"]


@pytest.mark.parametrize("conf", CONFS)
def test_an_instance_learns_the_clients_own_address_and_what_it_asked_for(conf: str, echo: int, certificate: tuple[Path, Path]):
    """Whatever the client says of itself; and the inside is closed."""
    with before(conf, [echo] * 3, certificate) as nginx:
        get = partial(requests.get, timeout=60, verify=str(certificate[0].with_name("authority.pem")), headers=PRETENCES)
        url = nginx.url if conf != TLS else f"https://127.0.0.1:{nginx.tls_port}"
        for path in ("/", "/socket.io/?EIO=4&transport=websocket", "/api/v1/session", "/static/css/base.css"):
            seen = get(url + path).json()
            there = url.partition("//")[2]
            assert (seen["X-Forwarded-For"], seen["X-Forwarded-Host"], seen["Host"]) == ("127.0.0.1", there, there)
            assert seen["X-Forwarded-Proto"] == url.partition(":")[0]
        made = get(url, cookies={"quiz_node": "not ours"}).headers.get("Set-Cookie", "")
        assert ("quiz_node=" in made, "Secure" in made) == (conf != NONSTICKY, conf == TLS)
        if conf == TLS:
            assert get(url).headers["Strict-Transport-Security"].startswith("max-age=")
            moved = requests.get(f"{nginx.url}/play/123456?x=1", timeout=60, allow_redirects=False)
            assert (moved.status_code, moved.headers["Location"]) == (308, "https://127.0.0.1/play/123456?x=1")


@pytest.mark.parametrize("conf", [STICKY, NONSTICKY])
def test_health_and_metrics_are_not_reached_from_outside(conf: str, request: pytest.FixtureRequest):
    """However the path is written; an instance itself answers its probes."""
    nginx: Nginx = request.getfixturevalue("sticky" if conf == STICKY else "nonsticky")
    instances: Fleet = request.getfixturevalue("instances")
    paths = ["/actuator/health", "/actuator/health/readiness", "/actuator/prometheus", "/metrics", "/actuator", "/metrics?a=b"]
    disguised = [
        "//actuator/health",
        "/x/../actuator/health",
        "/%61ctuator/health",
        "/./metrics",
        "/metric%73",
        "/static/../metrics",
    ]
    for path in paths + disguised:
        connection = http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=60)
        connection.request("GET", path)
        assert connection.getresponse().status == 404, path
        connection.close()
    assert requests.get(f"{instances.servers[0].url}/actuator/health/readiness", timeout=60).status_code == 200
    assert requests.get(nginx.url, timeout=60).status_code == 200


def test_what_pages_load_comes_through_as_the_instance_made_it(nonsticky: Nginx):
    """Compressed as the browser likes best and kept for good, whichever instances were asked for the page and for the file."""
    page = requests.get(nonsticky.url, timeout=60).text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page):
        reply = requests.get(nonsticky.url + address, headers={"Accept-Encoding": "gzip, br"}, timeout=60)
        head = reply.headers
        assert (head["Content-Encoding"], head["Vary"]) == ("br", "Accept-Encoding"), address
        assert "immutable" in head["Cache-Control"], address


def test_clients_behind_one_address_are_spread_and_each_stays_where_it_is(instances: Fleet, sticky: Nginx):
    """By its cookie; long-polling, whose requests must reach one instance, works from the first to the last."""
    start = len(sticky.served())
    for _ in range(12):
        assert requests.get(sticky.url + POLL, timeout=60).status_code == 200
    spread = eventually(lambda: len(sticky.served()) >= start + 12 and sticky.served()[start:])  # it writes after it has answered
    assert len({port for _, _, port in spread}) > 1

    start = len(sticky.served())
    with requests.Session() as browser:
        for path in ("/", POLL, "/host", POLL, "/static/css/base.css", POLL):
            assert browser.get(sticky.url + path, timeout=60).status_code == 200
    assert len({port for _, _, port in sticky.served()[start:]}) == 1

    polling = Wanderer(sticky.url, instances.games[0], "Polly", ["polling"])
    for number in range(1, 8):
        assert polling.answers(f"q{number}")["score"] == 10 * number
    assert not polling.lost
    polling.close()


def test_without_stickiness_websockets_are_spread_and_long_polling_is_told_what_to_set(instances: Fleet, nonsticky: Nginx):
    """Each new connection goes where there are few; whoever would poll reads why not."""
    refused = requests.get(nonsticky.url + POLL, timeout=60)
    assert refused.status_code == 400
    assert 'transports of your client to ["websocket"]' in refused.json()["message"]
    assert "Set-Cookie" not in refused.headers

    start = len(nonsticky.served())
    with contextlib.ExitStack() as stack:
        for _ in range(12):
            stack.enter_context(Raw(nonsticky.port)).enter()
    served = eventually(lambda: len(nonsticky.served()) >= start + 12 and nonsticky.served()[start:])
    assert {port for _, status, port in served if status == 101} == set(instances.ports)
    player = Wanderer(nonsticky.url, instances.games[0], "Nora", ["websocket"])
    assert player.answers("q1")["score"] == 10
    player.close()


def test_clients_of_an_instance_that_is_killed_are_back_elsewhere_with_their_scores(instances: Fleet, sticky: Nginx):
    """Within ten seconds, over WebSocket and over long-polling, by Socket.IO's own client and the token alone."""
    ways = [["polling"], ["websocket"], None]  # None: from long-polling to WebSocket, as clients do by themselves
    players = [Wanderer(sticky.url, instances.games[1], f"W{n}", ways[n % 3]) for n in range(12)]
    start = len(sticky.served())
    for player in players:
        player.answers("q1")
    polled = [port for path, _, port in sticky.served()[start:] if path.startswith("/socket.io/")]
    victim = instances.servers[instances.ports.index(max(polled, key=polled.count))]

    browser = at_home(sticky, victim.port)
    instances.kill(victim)
    assert [browser.get(sticky.url + path, timeout=60).status_code for path in ("/", POLL)] == [200, 200]
    for player in players:
        eventually(lambda player=player: player.answered("q2"))
    assert any(player.lost for player in players)
    assert all((player.score, player.back) == (20, player.lost) for player in players)
    for player in players:
        player.close()
    victim.start()


#: Seconds for which nginx does without an instance that has failed (fail_timeout): for so long the next one stays, so that there
#: is always one.
FAIL_TIMEOUT = 5


@pytest.mark.long
def test_a_rolling_update_loses_no_answer_and_pages_are_served_throughout(instances: Fleet, sticky: Nginx, nonsticky: Nginx):
    """One instance after the other is told to stop, and starts anew, while everybody answers; each takes clients again."""
    pages: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            pages.append(0)
            pages[-1] = requests.get(f"{sticky.url}/play/{instances.games[2]}", timeout=30).status_code

    looking = threading.Thread(target=look, daemon=True)
    with Crowd([sticky.port, nonsticky.port], instances.games[2], count=12, questions=QUESTIONS) as crowd:
        looking.start()
        for server in instances.servers:
            process = server.process
            server.stop()
            assert process.returncode == 0  # it had drained, and was not killed for taking too long
            server.start()
            assert "Traceback" not in server.log
            over.wait(FAIL_TIMEOUT)
        over.set()
        looking.join()
        crowd.settle()
        found = audit(crowd, instances.store.client())
    assert found.told > 200
    assert found.clean, found
    assert len(crowd.backs) == crowd.cuts >= 12
    assert max(crowd.backs) < 10
    assert len(pages) > 20
    assert set(pages) == {200}
    start = len(sticky.served())
    with contextlib.ExitStack() as stack:
        for _ in range(30):
            stack.enter_context(Raw(sticky.port)).enter()
    served = eventually(lambda: len(sticky.served()) >= start + 30 and sticky.served()[start:])
    assert {port for _, status, port in served if status == 101} == set(instances.ports)

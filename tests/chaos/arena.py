"""What a trial plays with: a Valkey, one or two instances, a crowd, and eyes on all of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType

import redis

from tests.chaos.audit import Audit, audit
from tests.chaos.crowd import Crowd
from tests.chaos.gauges import Gauges
from tests.chaos.store import Store
from tests.harness.server import Server, serving
from tests.harness.tunnel import Tunnel

#: Questions of the quiz: more than anybody has time for.
QUESTIONS = 2500
#: Seconds until Redis must hold what clients were told; and where it never will.
PATIENCE, HOPELESS = 20.0, 2.0
#: What the tests' servers are more patient in than the platform is.
USUAL = {"QUIZ_REDIS__TIMEOUT_MS": "500"}


class NotBegun(Exception):
    """The servers did not come up, so nothing was tried."""


class Arena:
    """`players` answer all the time until the end. `sabotage` names a protection that the instances are without."""

    def __init__(
        self,
        *,
        store: Store | None = None,
        url: str | None = None,
        client: Callable[[], redis.Redis] | None = None,
        workers: int = 2,
        players: int = 40,
        pace_s: float = 0.1,
        cut_off: bool = False,
        disk: str = "1g",
        sabotage: str = "",
        **environ: str,
    ) -> None:
        """`cut_off`: there is a second instance, whose way to Redis can be cut (`tunnel`); either can be led to another Redis.

        `url` and `client` are those of somebody else's Redis; `disk` is the size of what ours writes to.
        """
        self._stack = ExitStack()
        self.store = store if store or url else Store(disk=disk)
        self.workers, self._players, self._pace_s = workers, players, pace_s
        self._environ = {"SABOTAGE": sabotage, **environ}
        self._url, self._client = url, client
        self.servers: list[Server] = []
        self.gauges: list[Gauges] = []
        self._tunnels = [Tunnel(), Tunnel()] if cut_off else []
        self.crowd: Crowd

    def __enter__(self) -> Arena:
        try:
            self._begin()
        except BaseException as error:
            self._stack.close()
            if isinstance(error, Exception):
                raise NotBegun(str(error)) from error
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def _begin(self) -> None:
        if self.store is not None:
            self._stack.callback(self.store.close)
        for tunnel in self._tunnels:
            self._stack.callback(tunnel.close)
        self._lead()
        urls = [tunnel.url.replace("http", "redis") + "/0" for tunnel in self._tunnels]
        for url, name in zip(urls or [self._url or self.store.url], ("one", "two"), strict=False):
            self._serve(url, name)
        self.server = self.servers[0]
        self.pin = self._game()
        self.crowd = Crowd([server.port for server in self.servers], self.pin, self._players, self._pace_s, QUESTIONS)
        self.gauges = [Gauges(server) for server in self.servers]
        for gauges in self.gauges:
            self._stack.callback(gauges.close)
        self._stack.enter_context(self.crowd)

    def _lead(self) -> None:
        for tunnel in self._tunnels:
            tunnel.server_url = self.store.url.partition("/0")[0]

    @property
    def tunnel(self) -> Tunnel:
        """The second instance's way to Redis."""
        return self._tunnels[1]

    def replica(self) -> Store:
        """A replica of the store, which is about to lag."""
        made = self.store.replica()
        self._stack.callback(made.close)
        return made

    def promote(self, replica: Store) -> None:
        """The replica takes the place of the store, behind the same address, as services for hire do it."""
        self.store.close()
        self.store = replica
        self.store.promote()
        self._lead()

    def _serve(self, url: str, name: str) -> None:
        environ = {"REDIS_URL": url, "QUIZ_INSTANCE_ID": name, "QUIZ_DRAIN__SECONDS": "5", **USUAL, **self._environ}
        server = serving(self.workers, app="tests.chaos.sabotage:app", **environ)
        self.servers.append(self._stack.enter_context(server))

    def _game(self) -> str:
        questions = [{"text": f"{n}?", "choices": ["a", "b"], "correct": 0} for n in range(QUESTIONS)]
        file = self.server.folder / "chaos.json"
        file.write_text(json.dumps({"title": "Chaos", "questions": questions}))
        self.server.flask("quiz", "import", str(file))
        self.let_the_host_in()
        return self.server.flask("game", "create", "chaos", "--mode", "self-paced").split()[-1]

    def let_the_host_in(self) -> None:
        """There is an account; a Redis that came back empty has none. One that is there stays."""
        if "teacher" not in self.server.flask("host", "list"):
            self.server.flask("host", "add", "teacher", "--password", "a good password")

    def play(self, seconds: float) -> float:
        """Lets them play; the time then, by the monotonic clock."""
        time.sleep(seconds)
        return time.monotonic()

    def closed(self, since: float, seconds: float = 60) -> float:
        """When the breakers of all instances were closed again."""
        return max(gauges.closed(since, seconds) for gauges in self.gauges)

    def client(self) -> redis.Redis:
        """A client to look into Redis."""
        if self._client is not None:
            return self._client()
        assert self.store is not None
        return self.store.client()

    def exact_s(self, client: redis.Redis, since: float) -> tuple[float, Audit]:
        """Seconds from `since` until Redis held exactly what clients were told, and the last accounting. Ends the game's play."""
        self.crowd.settle()
        deadline = time.monotonic() + (HOPELESS if self._environ["SABOTAGE"] else PATIENCE)
        while True:
            found = audit(self.crowd, client)
            if found.clean or time.monotonic() > deadline:
                return time.monotonic() - since, found
            time.sleep(0.1)

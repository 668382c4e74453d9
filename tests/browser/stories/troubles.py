"""What may go wrong while people play."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import expect

from tests.browser.devices import Device, Projector
from tests.browser.stories.world import NAMES, Stop, World


def troubles(world: World) -> Iterator[Stop]:
    """What goes wrong: a lost network, an outage, a removal, a game that is gone."""
    game = world.game("plain", countdown_ms=0)
    screen, ada = world.desk(), world.phone()
    lines = [Line(device) for device in (screen, ada)]
    screen.open(f"/host/games/{game.pin}")
    ada.join(game.pin, "Ada", "qr")
    game.fill(*NAMES[:3])
    game.leads("start")
    game.answered(0)
    for device in (screen, ada):
        device.see("question")
    for line in lines:
        line.tell("notice", {"code": "degraded", "message": ""})
    expect(screen.at("provisional")).to_be_visible()
    expect(ada.at("provisional")).to_be_visible()
    yield "provisional", ada
    yield "stage-provisional", screen
    for line in lines:
        line.cut()
    expect(screen.reconnecting).to_be_visible()
    expect(ada.reconnecting).to_be_visible()
    expect(ada.page.locator(".choice").last).to_be_in_viewport(ratio=1)
    yield "offline", ada
    yield "stage-offline", screen
    for line in lines:
        line.mend()
    expect(ada.reconnecting).to_be_hidden()
    player = game.host.ok("watch", {"pin": game.pin})["players"][0]["id"]
    game.host.ok("kick", {"player": player})
    ada.see("kicked")
    expect(ada.at("toast")).to_have_count(0)  # there is nothing to try again
    yield "kicked", ada
    game.leads("end")
    ben = world.phone()
    ben.page.add_init_script(f"localStorage.setItem('quiz:token:{game.pin}', 'worn out')")
    ben.open(f"/play/{game.pin}")
    expect(ben.page.locator("[data-screen=nickname], [data-screen=error]")).to_be_visible()
    yield "gone", ben
    screen.open("/host/games/000000")
    screen.see("error")
    yield "stage-gone", screen
    ben.forgive("404")
    ben.open("/play/nowhere")
    ben.see("error")
    yield "missing", ben


class Line:
    """A device's Socket.IO connection, in somebody's hand."""

    def __init__(self, device: Device) -> None:
        self._whole = True
        self._ends: list[Any] = []
        self._namespace = "/host," if isinstance(device, Projector) else ""
        device.forgive("WebSocket connection to")
        device.page.route_web_socket("**/socket.io/*", self._open)

    def _open(self, route: Any) -> None:
        if self._whole:
            route.connect_to_server()
            self._ends.append(route)
        else:
            route.close()

    def tell(self, event: str, payload: Any) -> None:
        """As if the server had."""
        self._ends[-1].send(f"42{self._namespace}{json.dumps([event, payload])}")

    def cut(self) -> None:
        """No connection holds or comes to be."""
        self._whole = False
        self._ends[-1].close()

    def mend(self) -> None:
        """They do again."""
        self._whole = True

"""What a player sees when the page or the network goes, and how fast they are back."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.browser.conftest import Devices, at, screen
from tests.harness.proxy import Proxy


def test_a_reload_in_the_middle_of_a_question_loses_nothing(devices: Devices):
    """Both pages are reloaded: the host's shows the question, the player's what was answered."""
    host, pin = devices.game()
    ada, bob = devices.player(pin, "Ada"), devices.player(pin, "Bob")
    expect(host.get_by_text("Bob", exact=True)).to_be_visible()
    host.click(at("start"))
    ada.wait_for_selector(screen("question"))
    ada.click(at("choice-1"))
    ada.wait_for_selector(screen("sent"))
    for page, shown in ((ada, "sent"), (bob, "question"), (host, "question")):
        page.reload()
        page.wait_for_selector(screen(shown))
    bob.click(at("choice-0"))
    ada.wait_for_selector(screen("result"))


def test_a_player_is_back_within_two_seconds_of_the_networks_return(devices: Devices):
    """While the network is cut the player sees it; once it is back, so are question and score, within 2 s."""
    proxy = Proxy(devices.server.port)
    host, pin = devices.game()
    try:
        ada = devices.page({"width": 360, "height": 640}, f"http://127.0.0.1:{devices.server.port}")
        # The page is the server's own; its WebSocket goes through the proxy, so that only the connection is cut.
        ada.add_init_script(
            f"const Real = WebSocket; window.WebSocket = class extends Real {{"
            f"constructor(url, p) {{ super(url.replace(':{devices.server.port}', ':{proxy.port}'), p); }} }};"
        )
        ada.goto(f"/?pin={pin}")
        ada.fill(at("nickname"), "Ada")
        ada.click(at("join"))
        ada.wait_for_selector(screen("lobby"))
        host.click(at("start"))
        ada.wait_for_selector(screen("question"))
        proxy.cut()
        ada.wait_for_selector(at("banner-reconnecting"))
        time.sleep(2)  # the outage itself
        proxy.mend()
        began = time.monotonic()
        expect(ada.locator(at("banner-reconnecting"))).to_be_hidden()
        ada.wait_for_selector(screen("question"))
        assert time.monotonic() - began < 2
        ada.click(at("choice-1"))
        ada.wait_for_selector(screen("result"))
    finally:
        proxy.close()

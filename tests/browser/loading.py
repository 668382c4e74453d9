"""What a page costs whoever opens it for the first time on a slow phone: requests, bytes, and the time until it can be used.

`python -m tests.browser.loading` starts a server and prints a line for each page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser

from tests.browser.devices import PHONE

#: Slow 4G, as browsers' own tools have it.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
#: How many times as slow as this machine's processor a phone's is.
PROCESSOR = 4
#: Notes when the control that a page is for can be used.
_WATCH = """(() => {
    const look = () => {
        const found = document.querySelector(%r);
        if (found && !found.disabled && found.checkVisibility()) window.usableAfter = performance.now();
        else requestAnimationFrame(look);
    };
    look();
})()"""


@dataclass
class Load:
    """One visit: Chromium's `responses` with their `type`, the `bytes` that came for them, the time from the tap on the link."""

    path: str
    usable_ms: float = 0
    bytes: int = 0
    responses: list[dict[str, Any]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.path:24} {len(self.responses):4} requests {self.bytes / 1000:7.1f} kB {self.usable_ms:6.0f} ms"

    def add(self, event: dict[str, Any]) -> None:
        """Hears of a response (`Network.responseReceived`) or of its end (`Network.loadingFinished`)."""
        if "response" in event:
            self.responses.append({**event["response"], "type": event["type"]})
        else:
            self.bytes += event["encodedDataLength"]


def load(browser: Browser, url: str, path: str, control: str, cookies: Any = (), throttled: bool = True, visits: int = 1) -> Load:
    """The last of some visits to a page in a new profile, until the control with this `data-testid` can be used."""
    context = browser.new_context(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    context.add_cookies(list(cookies))
    context.add_init_script(_WATCH % f"[data-testid={control}]")
    try:
        for _ in range(visits):
            seen, page = Load(path), context.new_page()
            tools = context.new_cdp_session(page)
            tools.send("Network.enable")
            if throttled:
                tools.send("Network.emulateNetworkConditions", NETWORK)
                tools.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR})
            for event in ("responseReceived", "loadingFinished"):
                tools.on(f"Network.{event}", seen.add)
            page.goto(url + path)
            page.wait_for_load_state("networkidle")
            # Not before: what Playwright brings into a page to look into it takes such a processor 70 ms.
            page.wait_for_function("() => window.usableAfter")
            seen.usable_ms = page.evaluate("window.usableAfter")
            page.close()
        return seen
    finally:
        context.close()


def main() -> None:
    """Prints of each page the first visit, the median of five, and the second."""
    from tests.browser.conftest import furnish
    from tests.harness.browser import launched
    from tests.harness.server import serving

    with serving() as server, launched() as browser:
        furnish(server)
        pin = server.flask("game", "create", "five-of-a-kind", "--mode", "live").split()[-1]
        cookies = [{"name": "quiz_session", "value": server.sign_in("teacher", "a good password"), "url": server.url}]
        pages = [("/", "nickname", ()), (f"/?pin={pin}", "nickname", ()), (f"/play/{pin}", "nickname", ())]
        pages += [
            ("/host", "host-name", ()),
            ("/host", "live-five-of-a-kind", cookies),
            (f"/host/games/{pin}", "lock", cookies),
            (f"/host/games/{pin}/remote", "lock", cookies),
        ]
        for path, control, known in pages:
            first = sorted((load(browser, server.url, path, control, known) for _ in range(5)), key=lambda one: one.usable_ms)[2]
            again = load(browser, server.url, path, control, known, visits=2)
            print(f"{first}   again {again.bytes / 1000:.1f} kB {again.usable_ms:.0f} ms", flush=True)


if __name__ == "__main__":
    main()

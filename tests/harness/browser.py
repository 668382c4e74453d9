"""A real browser, one for all tests: Playwright runs once in a process. Imported by the first test that needs it."""

from __future__ import annotations

import contextlib
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.devices import Phone, Projector

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: No sandbox, for containers; and nothing that the browser asks of the network for itself.
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
FLAGS += ("--disable-sync", "--no-first-run", "--disable-dev-shm-usage")


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """The machine's own Chromium or Chrome."""
    from playwright.sync_api import expect, sync_playwright

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, f"the tests need a browser on PATH: one of {', '.join(BROWSERS)}"
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """See `launched`."""
    with launched() as running:
        yield running


@pytest.fixture(scope="session")
def used_devices(browser: Browser) -> dict[type, list[Any]]:
    """What tests before have left in order. A new profile takes a new process, which takes half a second of the processor."""
    return defaultdict(list)


@pytest.fixture
def projector(browser: Browser, used_devices: dict[type, list[Any]]) -> Iterator[Callable[..., Projector]]:
    """Makes hosts' screens for an address, with more options of Playwright's contexts. None may have complained at the end."""
    from tests.browser.devices import PROJECTOR, Projector

    yield from _devices(browser, used_devices[Projector], Projector, viewport=PROJECTOR)


@pytest.fixture
def phone(browser: Browser, used_devices: dict[type, list[Any]]) -> Iterator[Callable[..., Phone]]:
    """Makes players' phones, as `projector` does screens. None may have complained at the end."""
    from tests.browser.devices import PHONE, Phone

    yield from _devices(browser, used_devices[Phone], Phone, viewport=PHONE, has_touch=True)


def _devices(browser: Browser, left: list[Any], kind: Any, **options: Any) -> Iterator[Any]:
    usual, made = [], []

    def make(url: str, **more: Any) -> Any:
        if left and not more:
            device = left.pop()
            device.enter(url)
        else:
            device = kind(browser.new_context(reduced_motion="reduce", **options, **more), url)
            device.page.set_default_timeout(30_000)
        made.append(device)
        if not more:
            usual.append(device)
        return device

    yield make
    for device in made:
        if device.leave() and device in usual:
            left.append(device)
        else:
            device.close()
    for device in made:
        device.check()

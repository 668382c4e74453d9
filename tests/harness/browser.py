"""A real browser, one for all tests: Playwright runs once in a process. Imported by the first test that needs it."""

from __future__ import annotations

import contextlib
import shutil
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
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """See `launched`."""
    with launched() as running:
        yield running


@pytest.fixture
def projector(browser: Browser) -> Iterator[Callable[..., Projector]]:
    """Makes hosts' screens for an address, with more options of Playwright's contexts. None may have complained at the end."""
    from tests.browser.devices import PROJECTOR, Projector

    yield from _devices(browser, Projector, viewport=PROJECTOR)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Phone]]:
    """Makes players' phones, as `projector` does screens. None may have complained at the end."""
    from tests.browser.devices import PHONE, Phone

    yield from _devices(browser, Phone, viewport=PHONE, has_touch=True)


def _devices(browser: Browser, kind: Any, **options: Any) -> Iterator[Any]:
    made = []

    def make(url: str, **more: Any) -> Any:
        made.append(kind(browser.new_context(reduced_motion="reduce", **options, **more), url))
        made[-1].page.set_default_timeout(10_000)
        return made[-1]

    yield make
    for device in made:
        device.context.close()
    for device in made:
        device.check()

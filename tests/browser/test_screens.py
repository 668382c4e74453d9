"""Every screen is accessible, fits, and is one to show."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import ALL, View, look
from tests.browser.screens import STORIES, Story, World, furnish
from tests.harness.server import Server, serving

LANGUAGES = ("en",)


@pytest.fixture(scope="session")
def furnished() -> Iterator[tuple[Server, dict[str, str]]]:
    """An instance with one worker, and the slugs of its quizzes."""
    with serving(1) as running:
        yield running, furnish(running)


@pytest.mark.screens
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_every_screen_in_every_size_and_theme(furnished, browser: Browser, story: Story, language: str):
    """axe-core finds nothing, nothing is cut off or too small to hit; pictures are left in test-results/screens."""
    found: list[str] = []
    world = World(*furnished, browser, language)
    views = [View(*one.split("/")) for one in os.environ["VIEWS"].split()] if "VIEWS" in os.environ else ALL
    for name, device in story(world):
        found += look(name, device, language, views)
    world.close()
    for device in world.devices:
        device.check()
    assert not found, "\n".join(found)

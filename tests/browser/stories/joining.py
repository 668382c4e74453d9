"""A player comes to a game."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.stories.world import NAMES, Stop, World


def joining(world: World) -> Iterator[Stop]:
    """From the front door to the lobby, and what may be in the way."""
    game = world.game("plain", max_players=2)
    ada = world.phone()
    ada.open("/")
    ada.see("nickname")
    yield "join", ada
    ada.ask_in("000000", "Ada")
    expect(ada.at("error")).not_to_be_empty()
    yield "join-refused", ada
    ada.open(f"/?pin={game.pin}")
    ada.see("nickname")
    yield "join-from-code", ada
    game.fill(*NAMES[:2])
    ada.ask_in(None, "Ada")
    expect(ada.at("error")).not_to_be_empty()
    yield "join-full", ada
    ada.open("/play/000000")
    ada.see("nickname")
    yield "join-own-page", ada

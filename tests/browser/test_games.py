"""Whole games in the browser, by a host at a projector and players with phones."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Devices, at, fits, screen

both = pytest.mark.parametrize("devices", ["one_worker", "two_workers"], indirect=True)


def _answer(page: Page, number: int, right: bool) -> None:
    match number:
        case 0:
            page.click(at("choice-1" if right else "choice-0"))
        case 1:
            for choice in (1, 3) if right else (0,):
                page.click(at(f"choice-{choice}"))
            page.click(at("send"))
        case 2:
            page.click(at("choice-true" if right else "choice-false"))
        case 3:
            page.fill(at("answer-text"), " paris" if right else "Rome")
            page.click(at("send"))
        case _:
            page.fill(at("answer-number"), "7" if right else "5")
            page.click(at("send"))


@both
def test_a_live_game_of_five_questions_from_the_lobby_to_the_podium(devices: Devices):
    """Three players with phones, a host with a projector: names arrive, answers are counted, all see the same end."""
    host, pin = devices.game()
    host.wait_for_selector(screen("lobby"))
    expect(host.locator(at("pin"))).to_contain_text(re.compile(r"\s*".join(pin)))
    assert host.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    players = [devices.player(pin, name) for name in ("Ada", "Bob", "Cleo")]
    for name in ("Ada", "Bob", "Cleo"):
        expect(host.get_by_text(name, exact=True)).to_be_visible()
    host.click(at("start"))
    for number in range(5):
        for player in players:
            player.wait_for_selector(screen("question"))
            assert fits(player)
        host.wait_for_selector(screen("question"))
        for place, player in enumerate(players):
            _answer(player, number, right=place == 0 or (place == 1 and number % 2 == 0))
        for player in players:
            player.wait_for_selector(screen("result"))
            assert fits(player)
        host.wait_for_selector(screen("reveal"))
        assert host.locator(at("distribution")).is_visible()
        host.click(at("next"))
        host.wait_for_selector(screen("leaderboard"))
        host.click(at("next"))
    host.wait_for_selector(screen("podium"))
    order = host.locator(at("podium")).inner_text()
    assert all(name in order for name in ("Ada", "Bob", "Cleo"))
    for player in players:
        player.wait_for_selector(screen("podium"))
        assert fits(player)


@both
def test_a_self_paced_game_of_two_each_at_their_own_pace(devices: Devices):
    """One player finishes while the other is at the first question; the host's board shows both."""
    host, pin = devices.game("self-paced")
    host.wait_for_selector(screen("open"))
    ada, bob = (devices.player(pin, name) for name in ("Ada", "Bob"))
    for number in range(5):
        ada.wait_for_selector(screen("question"))
        _answer(ada, number, right=True)
        ada.wait_for_selector(at("verdict"))
        ada.click(at("next"))
    ada.wait_for_selector(screen("finished"))
    bob.wait_for_selector(screen("question"))
    expect(host.locator(at("board"))).to_contain_text("Ada")
    expect(host.locator(at("board"))).to_contain_text("50")
    expect(host.locator(at("board"))).to_contain_text("Bob")
    assert fits(ada)
    assert fits(bob)

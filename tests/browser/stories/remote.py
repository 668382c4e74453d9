"""A game led from a host's phone."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.stories.world import NAMES, Stop, World


def remote(world: World) -> Iterator[Stop]:
    """A host's phone as remote control, through a game."""
    game = world.game("plain", countdown_ms=0, auto_close=False)
    screen, hand = world.desk(), world.desk()
    screen.open(f"/host/games/{game.pin}")
    hand.open(f"/host/games/{game.pin}/remote")
    hand.see("remote")
    game.fill(*NAMES)
    expect(hand.at("player-count")).to_have_text(str(len(NAMES)))
    yield "remote-lobby", hand
    hand.at("players").click()
    hand.at("roster").get_by_role("button", name=NAMES[1]).click()
    hand.at("extend").select_option("1.5")
    hand.at("roster").get_by_role("button", name=NAMES[0]).click()
    yield "remote-players", hand
    hand.page.keyboard.press("Escape")
    game.leads("start")
    screen.see("question")
    game.answered(0, 5)
    expect(hand.at("answered")).to_have_text("5")
    yield "remote-question", hand
    hand.at("skip").click()
    yield "remote-skip", hand
    hand.at("confirm-skip").click()
    screen.see("reveal")
    expect(screen.at("skipped")).to_be_visible()
    yield "stage-skipped", screen
    expect(hand.at("next")).to_be_visible()
    yield "remote-skipped", hand
    hand.at("pause").click()
    expect(hand.at("resume")).to_be_visible()
    yield "remote-paused", hand
    hand.at("resume").click()
    hand.at("next").click()
    screen.see("question")
    game.answered(1)
    hand.at("close").click()
    expect(hand.at("next")).to_be_visible()
    yield "remote-reveal", hand
    hand.at("next").click()
    expect(hand.at("board-row").first).to_be_visible()
    yield "remote-leaderboard", hand
    hand.at("end").click()
    hand.at("confirm-end").click()
    expect(hand.at("results")).to_be_visible()
    yield "remote-over", hand

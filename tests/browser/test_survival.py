"""Reloads, lost networks and killed workers in the middle of a game."""

from __future__ import annotations

import contextlib
import os
import signal

import pytest
import requests
from playwright.sync_api import expect

from tests.harness.server import eventually


class Game:
    """A live game whose only player won the first question and now looks at the second."""

    def __init__(self, server, projector, phone, player_url: str = "", host_url: str = "") -> None:
        self.screen, self.ada = projector(host_url or server.url), phone(player_url or server.url)
        self.screen.come_back()
        self.pin = self.screen.begin("two-long-ones", countdown_ms="0", scoring="flat")
        self.ada.join(self.pin, "Ada", "qr")
        self.ada.see("lobby")
        self.screen.at("start").click()
        self.ada.answer("single", 0)
        self.screen.see("reveal")
        self.screen.at("next").click()
        self.screen.see("leaderboard")
        self.screen.at("next").click()
        self.ada.see("question")
        self.ada.says("score", "1,000")

    def is_back(self) -> None:
        """The player sees score and question, and nothing says otherwise."""
        expect(self.ada.reconnecting).to_be_hidden()
        self.ada.see("question")
        self.ada.says("score", "1,000")
        assert self.ada.page.locator("h1").inner_text() == "Second?"

    def goes_on(self) -> None:
        """The answer counts, and the game comes to its end."""
        self.ada.answer("single", 0)
        self.screen.see("reveal")
        self.ada.see("result")
        self.ada.says("score", "2,000")
        self.screen.at("next").click()
        self.screen.see("leaderboard")
        self.screen.at("next").click()
        self.ada.see("podium")
        assert self.screen.standing() == {"Ada": 2000}


def test_a_reload_in_the_middle_of_a_question(two_workers, projector, phone):
    """After a reload player and host are back where they were, and an answer given before stays given and counts.

    Who comes when all is told has not missed anything, and is not told so after a reload either.
    """
    game = Game(two_workers, projector, phone)
    game.ada.page.reload()
    game.is_back()
    ben = phone(two_workers.url)
    ben.join(game.pin, "Ben", "play")
    game.ada.answer("single", 0)
    game.ada.says("sent-status", "Answer sent")
    game.ada.page.reload()
    game.ada.see("sent")
    game.ada.says("sent-status", "Answer sent")
    game.screen.page.reload()
    game.screen.see("question")
    game.screen.says("answered", "1")
    ben.answer("single", 1)
    game.ada.see("result")
    game.ada.says("score", "2,000")
    game.ada.page.reload()
    game.ada.see("result")
    expect(game.ada.page.locator(".topbar-progress")).to_contain_text("2 / 2")
    ben.page.reload()
    ben.says("verdict", "Not this time")
    cat = phone(two_workers.url)
    cat.join(game.pin, "Cat", "play")
    for _ in range(2):
        cat.says("verdict", "You're in!")
        expect(cat.see("result")).to_contain_text("The podium is next")
        cat.page.reload()


@pytest.mark.parametrize("way", ["cut", pytest.param("stall", marks=pytest.mark.long)])
def test_a_lost_network(two_workers, tunnel, projector, phone, way):
    """While the network is away the phone says that it is reconnecting; soon after its return the player is back and plays on."""
    game = Game(two_workers, projector, phone, player_url=tunnel.url)
    game.ada.forgive("WebSocket connection to")
    getattr(tunnel, way)()
    if way == "stall":  # nothing tells a phone of it but what it sends itself
        game.ada.answer("single", 0)
    expect(game.ada.reconnecting).to_be_visible()
    expect(game.ada.reconnecting).to_have_text("Reconnecting…")
    game.ada.says("score", "1,000")
    eventually(lambda: tunnel.attempts >= (4 if way == "cut" else 2))  # as long as the outage lasts
    expect(game.ada.reconnecting).to_be_visible()
    tunnel.mend()
    if way == "stall":  # the answer goes out by itself, and closes the question
        expect(game.ada.reconnecting).to_be_hidden()
        game.ada.see("result")
        game.ada.says("score", "2,000")
    else:
        game.is_back()
        game.goes_on()


def test_a_host_whose_network_is_lost(two_workers, tunnel, projector, phone):
    """The host's screen says that it is reconnecting, comes back by itself, and what was pressed meanwhile happens once."""
    game = Game(two_workers, projector, phone, host_url=tunnel.url)
    game.screen.forgive("WebSocket connection to")
    tunnel.cut()
    expect(game.screen.reconnecting).to_be_visible()
    game.screen.at("close").click()
    tunnel.mend()
    expect(game.screen.reconnecting).to_be_hidden()
    game.screen.see("reveal")
    game.ada.see("result")
    game.ada.says("verdict", "No answer")


def test_killed_workers(two_workers, projector, phone):
    """With all workers killed phone and projector say that they are reconnecting; once a worker serves they are back."""
    game = Game(two_workers, projector, phone)
    for device in (game.screen, game.ada):
        device.forgive("WebSocket connection to")
    for pid in two_workers.workers():
        os.kill(pid, signal.SIGKILL)
    for device in (game.screen, game.ada):
        expect(device.reconnecting).to_be_visible()
    eventually(lambda: _serves(two_workers.url))
    game.is_back()
    expect(game.screen.reconnecting).to_be_hidden()
    game.goes_on()


def _serves(url: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{url}/actuator/health/readiness", timeout=60).ok
    return False

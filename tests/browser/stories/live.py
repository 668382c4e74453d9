"""A live game, on the projector and on a phone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.devices import PROJECTOR, Projector
from tests.browser.looking import SIZES
from tests.browser.stories.quizzes import LONG, PLAIN, RIGHT, WIDEST
from tests.browser.stories.world import NAMES, Stop, World


def live(world: World, quiz: str = "plain", names: tuple[str, ...] = NAMES, nickname: str = "Ada") -> Iterator[Stop]:
    """A live game, on the projector and on the phone of somebody who knows everything."""
    game = world.game(quiz, countdown_ms=0, auto_close=False)
    kinds = [question["type"] for question in (PLAIN if quiz == "plain" else LONG)["questions"]]
    tail = "" if quiz == "plain" else "-long"
    screen, ada = world.desk(), world.phone()
    screen.open(f"/host/games/{game.pin}")
    screen.see("lobby")
    yield f"stage-lobby-empty{tail}", screen
    ada.join(game.pin, nickname, "qr")
    ada.see("lobby")
    yield f"lobby{tail}", ada
    ada.page.locator(".menu summary").click()
    yield f"menu{tail}", ada
    ada.page.locator(".menu summary").click()
    game.fill(*names)
    expect(screen.names).to_have_count(1 + len(names))
    yield f"stage-lobby{tail}", screen
    if quiz == "plain":
        screen.at("players").click()
        yield "stage-players", screen
        screen.page.keyboard.press("Escape")
        screen.at("end").click()
        yield "stage-end", screen
        screen.page.keyboard.press("Escape")
        screen.at("help").click()
        yield "stage-keys", screen
        screen.page.keyboard.press("Escape")
        screen.at("remote").click()
        yield "stage-remote-code", screen
        screen.page.keyboard.press("Escape")
        screen.at("hide-names").click()
        expect(screen.names.first).not_to_have_text(nickname)
        yield "stage-names-hidden", screen
        screen.at("hide-names").click()
    game.leads("start")
    for index, kind in enumerate(kinds):
        ada.see("question")
        screen.see("question")
        yield f"question-{kind}{tail}", ada
        game.answered(index, len(names) // 2)
        expect(screen.at("answered")).to_have_text(str(len(names) // 2))
        yield f"stage-question-{kind}{tail}", screen
        if index == 0:
            with _tablet(screen):
                screen.at("more").click()
                yield f"stage-more{tail}", screen
                screen.page.keyboard.press("Escape")
        answer = RIGHT[quiz][index]
        ada.answer(kind, answer if index != 1 else [0])
        ada.see("sent")
        if index == 0:
            yield f"sent{tail}", ada
            game.leads("pause")
            ada.see("paused")
            screen.see("paused")
            yield f"paused{tail}", ada
            yield f"stage-paused{tail}", screen
            game.leads("resume")
            ada.see("sent")
        game.leads("close_question")
        ada.see("result")
        screen.see("reveal")
        expect(screen.at("distribution")).to_be_visible()
        yield f"stage-reveal-{kind}{tail}", screen
        yield f"result-{kind}{tail}", ada
        game.leads("next")
        ada.see("leaderboard")
        screen.see("leaderboard")
        if index == 0:
            yield f"leaderboard{tail}", ada
            yield f"stage-leaderboard{tail}", screen
        game.leads("next")
    ada.see("podium")
    screen.see("podium")
    yield f"podium{tail}", ada
    yield f"stage-podium{tail}", screen


@contextlib.contextmanager
def _tablet(screen: Projector) -> Iterator[None]:
    """On which the bar has a list of what is seldom wanted."""
    screen.page.set_viewport_size(SIZES["tablet"])
    yield
    screen.page.set_viewport_size(PROJECTOR)


def long_live(world: World) -> Iterator[Stop]:
    """The same with everything as long as it may be."""
    yield from live(world, "long", tuple(f"{WIDEST[:18]}{number:02}" for number in range(12)), WIDEST)


def countdown(world: World) -> Iterator[Stop]:
    """Before a question opens."""
    game = world.game("plain", countdown_ms=30_000)
    screen, ada = world.desk(), world.phone()
    screen.open(f"/host/games/{game.pin}")
    ada.join(game.pin, "Ada", "qr")
    ada.see("lobby")
    game.leads("start")
    ada.see("ready")
    screen.see("ready")
    yield "ready", ada
    yield "stage-ready", screen

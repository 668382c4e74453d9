"""A game at everybody's own pace."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.stories.quizzes import PLAIN, RIGHT
from tests.browser.stories.world import NAMES, Stop, World


def self_paced(world: World) -> Iterator[Stop]:
    """Each at their own pace."""
    game = world.game("plain", "self-paced")
    screen, ada = world.desk(), world.phone()
    screen.open(f"/host/games/{game.pin}")
    screen.see("open")
    yield "stage-open-empty", screen
    ada.join(game.pin, "Ada", "qr")
    game.fill(*NAMES)
    for index in (0, 1):
        game.answered(index)
    for index, question in enumerate(PLAIN["questions"]):
        ada.see("question")
        if index == 0:
            yield "own-pace-question", ada
            ada.at("list").click()
            ada.see("questions")
            yield "own-pace-list", ada
            ada.at("back").click()
            ada.see("question")
        ada.answer(question["type"], RIGHT["plain"][index] if index != 1 else [0])
        ada.see("result")
        if index < 2:
            yield ("own-pace-right", "own-pace-wrong")[index], ada
        ada.at("next").click()
    ada.see("finished")
    expect(screen.at("board-row").first).to_contain_text("Ada")
    yield "own-pace-finished", ada
    ada.at("look-again").click()
    ada.at("go-q2").click()
    ada.see("review")
    yield "own-pace-review", ada
    ada.at("to-list").click()
    ada.at("back").click()
    ada.see("finished")
    yield "stage-open", screen
    screen.at("end").click()
    screen.at("confirm-end").click()
    screen.see("podium")
    yield "own-pace-podium", ada

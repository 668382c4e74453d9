"""What a host does before a game and after it."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.stories.quizzes import PLAIN
from tests.browser.stories.world import NAMES, PASSWORD, Stop, World

MISTAKEN = b"""question,type,choice_1,choice_2,correct
2 + 2?,single,3,4,2
3 + 3?,single,6,7,9
,single,1,2,1
Is 1 odd?,true_false,,,true
"""


def desk(world: World) -> Iterator[Stop]:
    """What a host does at the desk."""
    screen = world.desk("")
    screen.forgive("401")
    screen.open("/host")
    screen.see("sign-in")
    yield "sign-in", screen
    screen.at("host-name").fill("head")
    screen.at("host-password").fill("guessed")
    screen.at("sign-in").click()
    expect(screen.at("error")).not_to_be_empty()
    yield "sign-in-refused", screen
    screen.at("host-password").fill(PASSWORD)
    screen.at("sign-in").click()
    screen.see("desk")
    world.game("plain")
    card = screen.at(f"quiz-{world.slugs['plain']}")
    expect(card).to_be_visible()
    yield "desk", screen
    card.locator(".options summary").click()
    yield "options", screen
    screen.at(f"export-{world.slugs['plain']}").click()
    expect(screen.at("left-out-csv")).to_be_visible()  # which is asked for when it opens
    yield "export", screen
    screen.page.keyboard.press("Escape")
    screen.at("search").fill("nothing of the kind")
    expect(screen.at("nothing")).to_be_visible()
    yield "desk-nothing-found", screen


def authoring(world: World) -> Iterator[Stop]:
    """Writing a quiz, and bringing one."""
    screen = world.desk("head")
    screen.open("/host/quizzes/new")
    screen.see("editor")
    yield "editor-new", screen
    screen.at("save").click()
    expect(screen.at("question-1").locator(".list-flaws")).to_be_visible()
    yield "editor-problems", screen
    screen.open(f"/host/quizzes/{world.slugs['plain']}")
    screen.see("editor")
    for place, question in enumerate(PLAIN["questions"], 1):
        screen.at(f"question-{place}").locator(".list-choose").click()
        yield f"editor-{question['type']}", screen
    screen.open("/host/import")
    screen.see("import")
    yield "import", screen
    screen.at("file").set_input_files({"name": "Sums.csv", "mimeType": "text/csv", "buffer": MISTAKEN})
    expect(screen.at("rows")).to_be_visible()
    yield "import-rows", screen
    screen.at("row-line-3").get_by_test_id("correct").click()
    yield "import-correcting", screen


def afterwards(world: World) -> Iterator[Stop]:
    """What came of games; and the accounts."""
    screen = world.desk("head")
    screen.open("/host/accounts")
    screen.see("accounts")
    yield "accounts", screen
    game = world.game("plain", "self-paced")
    game.fill(*NAMES)
    for index in range(len(PLAIN["questions"])):
        game.answered(index)
    game.leads("end")
    screen.open("/host/results")
    screen.see("results")
    yield "results", screen
    screen.at("results").locator("a").first.click()
    screen.see("result")
    yield "result", screen
    screen.page.locator(".who summary").first.click()
    screen.at("player").first.get_by_test_id("show-answers").click()
    expect(screen.at("answers")).to_be_visible()
    yield "result-opened", screen
    screen.forgive("404")
    screen.open("/host/results/no-such-game")
    screen.see("error")
    yield "result-gone", screen

"""Games in teams: chosen by players, and more of them than a screen has room for."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.stories.quizzes import WIDEST
from tests.browser.stories.world import NAMES, Stop, World

#: One of them as wide as names may be.
FOUR = ("Owls", WIDEST, "Grey wolves", "Foxes")
#: As many as there may be.
TWENTY = tuple(f"Table {number}" for number in range(1, 21))


def teams(world: World) -> Iterator[Stop]:
    """A live game of four teams, from choosing one to the result."""
    game = world.game("plain", countdown_ms=0, auto_close=False, teams=FOUR)
    screen, ada = world.desk(), world.phone()
    screen.open(f"/host/games/{game.pin}")
    screen.see("lobby")
    ada.open(f"/?pin={game.pin}")
    ada.ask_in(None, "Ada")
    expect(ada.at("team")).to_have_count(len(FOUR))
    yield "team-choice", ada
    yield "stage-team-lobby-empty", screen
    ada.at("team").nth(1).click()
    ada.see("lobby")
    yield "team-lobby", ada
    game.fill(*NAMES)
    expect(screen.at("player-count")).to_have_text(str(1 + len(NAMES)))
    yield "stage-team-lobby", screen
    game.leads("start")
    game.answered(0)
    screen.see("question")
    yield "stage-team-question", screen
    ada.answer("single", 1)
    ada.see("sent")
    game.leads("close_question")
    ada.see("result")
    expect(ada.at("team-rank")).to_be_visible()
    yield "team-result", ada
    game.leads("next")
    expect(screen.at("team-row")).to_have_count(len(FOUR))
    expect(ada.at("team-row")).to_have_count(len(FOUR))
    yield "stage-team-leaderboard", screen
    yield "team-leaderboard", ada
    game.leads("end")
    expect(screen.at("team-podium")).to_be_visible()
    expect(ada.at("team-podium")).to_be_visible()
    yield "stage-team-podium", screen
    yield "team-podium", ada
    screen.at("results").click()
    screen.see("result")
    yield "result-teams", screen


def many_teams(world: World) -> Iterator[Stop]:
    """Twenty of them, live and at everybody's own pace."""
    game = world.game("plain", countdown_ms=0, auto_close=False, teams=TWENTY)
    screen, ada = world.desk(), world.phone()
    screen.open(f"/host/games/{game.pin}")
    ada.open(f"/?pin={game.pin}")
    ada.ask_in(None, "Ada")
    expect(ada.at("team")).to_have_count(len(TWENTY))
    yield "many-teams-choice", ada
    ada.at("team").last.click()
    ada.see("lobby")
    game.fill(*NAMES)
    expect(screen.at("player-count")).to_have_text(str(1 + len(NAMES)))
    yield "stage-many-teams-lobby", screen
    game.leads("start")
    game.answered(0)
    game.leads("close_question")
    game.leads("next")
    ada.see("leaderboard")
    screen.see("leaderboard")
    yield "stage-many-teams-leaderboard", screen
    yield "many-teams-leaderboard", ada
    game.leads("end")
    own_pace = world.game("plain", "self-paced", teams=TWENTY, team_choice="assigned")
    screen.open(f"/host/games/{own_pace.pin}")
    screen.see("open")
    own_pace.fill(*NAMES)
    own_pace.answered(0)
    expect(screen.at("team-row")).to_have_count(len(TWENTY))
    yield "stage-many-teams-open", screen

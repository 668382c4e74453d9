"""A game in teams, from its making to its podium and results."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.looking import resize
from tests.harness.clients import Client

#: As long as ordinary names come to be.
NAMES = (
    "Maximilian v. Hohen",
    "Trần Thị Ngọc Hương",
    "Katharina Obermeier",
    "Anneliese Schröder",
    "Alejandra Rodríguez",
    "Christopher Barnes",
    "عبد الرحمن بن محمد",
    "Jo",
)
#: Names that are not to be read to their end, and rosters that the bar or the window's edge cuts off.
CUT = """() => [...document.querySelectorAll(".team-roster .name bdi")]
    .filter((name) => name.scrollWidth > name.clientWidth + 1 || name.scrollHeight > name.clientHeight + 1)
    .map((name) => name.textContent)
    .concat([...document.querySelectorAll(".team-roster")]
        .filter((one) => one.getBoundingClientRect().bottom > document.querySelector(".controls").getBoundingClientRect().top)
        .map((one) => one.textContent))"""


def rows(device, name: str = "team-row") -> list[list[str]]:
    """Of each line of the team board: rank, name, score."""
    lines = device.at(name).all()
    return [[line.locator(part).inner_text() for part in (".board-rank", "bdi", ".board-score")] for line in lines]


def test_players_choose_their_teams_and_a_small_one_wins(one_worker, projector, phone):
    """The host names two teams; a phone asks for one; lobby, board, podium, phones and results show how they stand."""
    screen = projector(one_worker.url)
    screen.sign_in()
    card = screen.at("quiz-two-long-ones")
    card.locator(".options summary").click()
    card.locator("[name=countdown_ms]").fill("0")
    card.locator("[name=scoring]").select_option("flat")
    card.locator("[name=team_count]").select_option("2")
    card.locator("[name=team_1]").fill("Owls & <b>")
    pin = screen.begin("two-long-ones")
    screen.see("lobby")

    teams = {"Ada": "Blue", "Ben": "Owls & <b>", "Katherine": "Owls & <b>"}
    phones = {}
    for name, team in teams.items():
        device = phones[name] = phone(one_worker.url)
        device.open(f"/play/{pin}")
        device.ask_in(None, name)
        expect(device.at("team")).to_have_count(2)
        device.fits()
        if name == "Ada":  # a reload on the way keeps what was typed, and goes on where it was
            device.page.reload()
            expect(device.at("team")).to_have_count(2)
            device.page.get_by_role("button", name="Another name").click()
            expect(device.at("nickname")).to_have_value("Ada")
            device.at("join").click()
        device.at("team").get_by_text(team, exact=True).click()
        device.see("lobby")
        device.says("my-team", team)
    rosters = screen.at("team-rosters").locator(".team-roster")
    expect(rosters.nth(0)).to_contain_text("Ada")
    expect(rosters.nth(1)).to_contain_text("Katherine")
    expect(rosters.nth(1).locator(".team-count")).to_have_text("2")
    screen.fits()
    cut = "names => names.filter((name) => name.scrollWidth > name.clientWidth).map((name) => name.textContent)"
    assert rosters.locator(".name bdi").evaluate_all(cut) == []

    screen.at("start").click()
    for name, device in phones.items():
        device.answer("single", 1 if name == "Katherine" else 0)
    for device in phones.values():
        device.see("result")
    phones["Katherine"].says("team-rank", "2nd")
    phones["Katherine"].page.reload()
    phones["Katherine"].see("result")
    phones["Katherine"].says("team-rank", "2nd")
    screen.at("next").click()
    screen.see("leaderboard")
    expect(screen.at("team-row")).to_have_count(2)
    assert rows(screen) == [["1", "Blue", "1,000"], ["2", "Owls & <b>", "500"]]
    phones["Ada"].see("leaderboard")
    expect(phones["Ada"].at("team-row").first).to_have_class("board-row is-rank-1 is-me")

    screen.at("end").click()
    screen.at("confirm-end").click()
    screen.see("podium")
    expect(screen.at("team-podium").locator(".podium-name").first).to_contain_text("Blue")
    phones["Ben"].see("podium")
    phones["Ben"].says("team-rank", "2nd")
    expect(phones["Ben"].at("team-podium").locator(".podium-name").first).to_contain_text("Blue")
    for device in (screen, *phones.values()):
        device.check()
    screen.open("/host/results")
    screen.page.get_by_role("link", name="Two long ones").first.click()
    screen.see("result")
    assert rows(screen) == [["1", "Blue", "1,000"], ["2", "Owls & <b>", "500"]]


def test_ordinary_long_names_are_read_in_the_lobby(one_worker, projector):
    """In full, on a low projector as on a high one: four teams of eight, and then one of forty."""
    screen = projector(one_worker.url)
    screen.come_back()
    card = screen.at("quiz-two-long-ones")
    card.locator(".options summary").click()
    card.locator("[name=team_count]").select_option("4")
    pin = screen.begin("two-long-ones")
    screen.see("lobby")
    teams = screen.at("team-rosters").locator("h2 bdi").all_inner_texts()
    clients: list[Client] = []

    def join(name: str, team: str) -> None:
        clients.append(Client(one_worker.url))
        clients[-1].ok("join", {"pin": pin, "nickname": name, "team": team})

    for name in NAMES:
        for number, team in enumerate(teams):
            join(f"{name[:18]} {number}", team)
    for count in (32, 64):
        while len(clients) < count:
            join(f"{NAMES[len(clients) % 7][:17]} {len(clients)}", teams[1])
        expect(screen.at("player-count")).to_have_text(str(count))
        for size in ({"width": 1280, "height": 720}, {"width": 1920, "height": 1080}):
            resize(screen.page, size)
            assert screen.page.evaluate(CUT) == []
    for client in clients:
        client.close()


def test_teams_that_the_game_assigns_at_their_own_pace(one_worker, projector, phone):
    """Who comes goes to the smaller team; the board moves with each answer, by averages; all see the podium of teams."""
    screen = projector(one_worker.url)
    screen.come_back()
    card = screen.at("quiz-at-your-own-pace")
    card.locator(".options summary").click()
    for name, value in (("team_count", "2"), ("team_choice", "assigned")):
        card.locator(f"[name={name}]").select_option(value)
    card.locator("[name=team_0]").fill("Red")
    card.locator("[name=team_1]").fill("Green")
    pin = screen.begin("at-your-own-pace", "self-paced")
    screen.see("open")
    phones = [phone(one_worker.url) for _ in range(2)]
    for device, name in zip(phones, ("Ada", "Ben"), strict=True):
        device.join(pin, name, "qr")
        device.see("question")
    cat = Client(one_worker.url)
    assert cat.ok("join", {"pin": pin, "nickname": "Cat"})["player"]["team"] == "Red"
    for device in phones:
        device.at("list").click()
        device.at("go-q4").click()
        device.answer("single", 0)
        device.says("verdict", "Correct!")
    phones[0].says("team-rank", "2nd")
    expect(screen.at("team-row")).to_contain_text(["Green", "Red"])
    expect(screen.at("team-row").first.locator(".board-score")).to_have_text("10")
    assert rows(screen) == [["1", "Green", "10"], ["2", "Red", "5"]]
    screen.at("end").click()
    screen.at("confirm-end").click()
    for device in (screen, *phones):
        device.see("podium")
        expect(device.at("team-podium").locator(".podium-name")).to_contain_text(["Green", "Red"])
    cat.close()

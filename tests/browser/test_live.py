"""A live game on a projector and three phones."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import TIME_LIMIT

RIGHT = [("single", 1), ("multiple", [1, 3]), ("true_false", True), ("text", "paris"), ("number", "206")]
WRONG = [("single", 0), ("multiple", [1]), ("true_false", False), ("text", "Lyon"), ("number", "207")]
#: On how many lines the two digits of a countdown stand where text has twice the size and the wide typeface of a system.
LARGE = """() => {
    document.documentElement.style.fontSize = "200%";
    const range = document.createRange();
    const count = document.querySelector(".count");
    count.textContent = "60";
    count.style.fontFamily = "sans-serif";
    range.selectNodeContents(count);
    return range.getClientRects().length;
}"""
#: Who knows what: Ada everything, Ben the first three, and Cem only the first.
KNOWN = {"Ada": 5, "Ben": 3, "Cem": 1}


def test_five_questions_from_signing_in_to_the_podium(server, projector, phone):
    """A host and three players play to the end; every phone shows the score that the projector's board gives its player."""
    screen = projector(server.url)
    screen.sign_in()
    pin = screen.begin("five-of-a-kind", countdown_ms="0")
    screen.see("lobby")
    assert screen.at("pin").inner_text().replace(" ", "") == pin
    expect(screen.at("start")).to_be_disabled()
    assert screen.page.locator("img.qr").evaluate("async (code) => { await code.decode(); return code.naturalWidth }") > 0

    phones = {name: phone(server.url) for name in KNOWN}
    for (name, device), by in zip(phones.items(), ("qr", "form", "play"), strict=True):
        device.join(pin, name, by)
        device.see("lobby")
        expect(screen.at("names")).to_contain_text(name)
    expect(screen.at("player-count")).to_have_text("3")

    won = dict.fromkeys(phones, 0)
    screen.at("start").click()
    for index in range(5):
        screen.see("question")
        expect(screen.at("answered")).to_have_text("0")
        for answered, (name, device) in enumerate(phones.items(), 1):
            device.answer(*(RIGHT if index < KNOWN[name] else WRONG)[index])
            if answered < len(phones):
                device.see("sent")
                expect(screen.at("answered")).to_have_text(str(answered))
        screen.see("reveal")
        for name, device in phones.items():
            device.see("result")
            device.says("verdict", "Correct!" if index < KNOWN[name] else "Not this time")
            won[name] += int(device.at("points").inner_text().lstrip("+").replace(",", ""))
            expect(device.at("score")).to_have_text(f"{won[name]:,}")
            in_a_row = index + 1 if index < KNOWN[name] else 0
            expect(device.at("streak")).to_have_text([f"{in_a_row} in a row"] if in_a_row > 1 else [])
        expect(screen.at("distribution")).to_be_visible()
        if index == 2:
            expect(screen.page.locator(".bar-count")).to_have_text(["2", "1"])
        screen.at("next").click()
        screen.see("leaderboard")
        expect(screen.at("board-row")).to_have_count(3)
        if index == 1:  # it shows the standing before, and then moves on
            expect(screen.page.locator(".board-score")).to_have_text([f"{score:,}" for score in won.values()])
        phones["Ada"].see("leaderboard")
        phones["Ada"].says("rank", "1st")
        if index == 4:
            phones["Ada"].says("ahead", "You are in the lead")
            expect(phones["Ben"].at("ahead")).to_have_text(f"{won['Ada'] - won['Ben']:,} points behind Ada")
        expect(phones["Ada"].page.get_by_text("Next question soon" if index < 4 else "The podium is next")).to_be_visible()
        screen.at("next").click()

    screen.see("podium")
    for name, device in phones.items():
        device.see("podium")
        expect(device.at("score")).to_have_text(f"{won[name]:,}")
    assert list(screen.standing().items()) == [(name, device.score) for name, device in phones.items()] == list(won.items())
    assert won["Ada"] > won["Ben"] > won["Cem"] > 0


def test_a_countdown_is_seen_by_all(two_workers, projector, phone):
    """Both show it, and the question without its answers, over a reload too."""
    screen, ada = projector(two_workers.url), phone(two_workers.url)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="60")  # as long as it takes to look
    ada.join(pin, "Ada", "qr")
    expect(screen.at("player-count")).to_have_text("1")
    screen.at("start").click()
    for _ in range(2):
        for device in (screen, ada):
            expect(device.see("ready")).to_contain_text("First?")
            assert device.at("choice-0").count() == 0
            device.page.reload()
    ada.see("ready")
    assert ada.page.evaluate(LARGE) == 1
    ada.fits()
    screen.at("end").click()
    screen.at("confirm-end").click()
    ada.see("podium")


def test_countdown_pause_and_a_latecomer(two_workers, projector, phone):
    """The question opens by itself; all see a pause, which lasts over a reload; who comes late gets the question and counts."""
    screen, ada, ben = projector(two_workers.url), phone(two_workers.url), phone(two_workers.url)
    screen.sign_in()
    pin = screen.begin("two-long-ones", countdown_ms="1")
    ada.join(pin, "Ada", "qr")
    expect(screen.at("player-count")).to_have_text("1")
    screen.at("start").click()
    ada.see("question")
    screen.see("question")
    screen.at("pause").click()
    screen.see("paused")
    ada.see("paused")
    ada.page.reload()
    ada.see("paused")
    screen.at("resume").click()
    screen.see("question")
    ada.see("question")
    screen.page.reload()
    screen.see("question")
    expect(screen.page.locator(".answered")).to_have_text("0 of 1 answered")
    ben.join(pin, "Ben", "play")
    ben.see("question")
    expect(screen.page.locator(".answered")).to_have_text("0 of 2 answered")
    ben.answer("single", 0)
    ben.see("sent")
    expect(screen.at("answered")).to_have_text("1")
    screen.at("close").click()
    ben.says("verdict", "Correct!")
    ada.says("verdict", "No answer")


def test_more_time_is_on_a_players_own_clock(two_workers, projector, phone):
    """From the start or from the middle of a question, over a reload and a pause; the others' clock stays as it is."""
    screen, ada, ben = projector(two_workers.url), phone(two_workers.url), phone(two_workers.url)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    ada.join(pin, "Ada", "qr")
    ben.join(pin, "Ben", "qr")
    expect(screen.at("player-count")).to_have_text("2")

    def extended(name: str, device) -> None:
        device.page.get_by_role("button", name=name).click()
        device.at("extend").select_option("2")

    def left(device) -> int:
        device.see("question")
        return int(device.at("seconds").inner_text())

    extended("Ada", screen)
    ada.says("toast", "2 times as much time")
    screen.at("start").click()
    assert left(ada) > TIME_LIMIT >= left(ben)
    ada.page.reload()
    assert left(ada) > TIME_LIMIT
    screen.at("pause").click()
    ada.see("paused")
    screen.at("resume").click()
    assert left(ada) > TIME_LIMIT >= left(ben)
    screen.at("players").click()
    extended("Ben", screen)
    ben.says("toast", "2 times as much time")
    ben.page.wait_for_function(f"() => document.querySelector('[data-testid=seconds]').textContent > {TIME_LIMIT}")
    assert left(screen) <= TIME_LIMIT


def test_nobody_is_praised_for_what_they_did_not_give(two_workers, projector, phone):
    """Who was silent in a poll is told so, and others are thanked; a board on which nobody has points has no medals."""
    screen, ada, ben = projector(two_workers.url), phone(two_workers.url), phone(two_workers.url)
    screen.come_back()
    pin = screen.begin("at-your-own-pace", countdown_ms="0")
    ada.join(pin, "Ada", "qr")
    ben.join(pin, "Ben", "play")
    expect(screen.at("player-count")).to_have_text("2")
    for move, shown in (("start", "question"), ("close", "reveal"), ("next", "leaderboard"), ("next", "question")):
        screen.at(move).click()
        screen.see(shown)
        if shown == "leaderboard":
            expect(screen.at("board-row")).to_have_class([re.compile(r"^board-row\s*$")] * 2)
    ada.answer("poll", 0)
    expect(screen.at("answered")).to_have_text("1")
    screen.at("close").click()
    ada.says("verdict", "Thanks for your vote")
    ben.says("verdict", "No answer")


def test_a_phone_held_sideways_shows_all_choices(two_workers, projector, phone):
    """However low the screen is, nothing that can be pressed lies below its edge."""
    screen, ada = projector(two_workers.url), phone(two_workers.url)
    ada.page.set_viewport_size({"width": 640, "height": 360})
    screen.come_back()
    pin = screen.begin("five-of-a-kind", countdown_ms="0")
    ada.join(pin, "Ada", "qr")
    expect(screen.at("player-count")).to_have_text("1")
    for move, last in (("start", "choice-2"), ("next", "send")):
        screen.at(move).click()
        ada.see("question")
        expect(ada.at(last)).to_be_in_viewport(ratio=1)
        expect(ada.at("choice-0")).to_be_in_viewport(ratio=1)
        screen.at("close").click()
        screen.at("next").click()
        screen.see("leaderboard")

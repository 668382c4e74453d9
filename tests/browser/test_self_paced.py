"""A self-paced game on a projector and two phones."""

from __future__ import annotations

from playwright.sync_api import expect

RIGHT = [("order", [1, 2, 0]), ("poll", 0), ("number", "3,14"), ("single", 0)]
WRONG = [("order", [0, 1, 2]), ("poll", 1), ("number", "-3"), ("single", 1)]


def test_two_players_each_at_their_own_pace(server, projector, phone):
    """Both players get every question and their results at once, and the projector's board moves with every answer."""
    screen = projector(server.url)
    screen.sign_in()
    pin = screen.begin("at-your-own-pace", "self-paced")
    screen.see("open")
    ada, ben = phone(server.url), phone(server.url)
    ada.join(pin, "Ada", "qr")
    ben.join(pin, "Ben")
    ada.see("question")
    ben.see("question")
    expect(screen.at("board-row")).to_have_count(2)
    first = screen.at("board-row").first

    scores = [10, 10, 20, 30]
    for (kind, answer), score in zip(RIGHT, scores, strict=True):
        ada.answer(kind, answer)
        ada.see("result")
        ada.says("verdict", "Thanks for your vote" if kind == "poll" else "Correct!")
        expect(ada.at("score")).to_have_text(str(score))
        expect(first).to_contain_text("Ada")
        expect(first.locator(".board-score")).to_have_text(str(score))
        ada.at("next").click()
    ada.see("finished")

    for kind, answer in WRONG[:3]:
        ben.answer(kind, answer)
        ben.see("result")
        ben.says("verdict", "Thanks for your vote" if kind == "poll" else "Not this time")
        ben.at("next").click()
    ben.answer(*RIGHT[3])
    ben.says("rank", "2nd")
    expect(screen.at("here-count")).to_have_count(0)
    ben.open("/")
    screen.says("here-count", "of them is here now")
    expect(screen.at("player-count")).to_have_text("2")
    ben.open(f"/play/{pin}")
    expect(screen.at("here-count")).to_have_count(0)

    screen.at("end").click()
    screen.at("confirm-end").click()
    for device in (screen, ada, ben):
        device.see("podium")
    assert screen.standing() == {"Ada": ada.score, "Ben": ben.score} == {"Ada": 30, "Ben": 10}

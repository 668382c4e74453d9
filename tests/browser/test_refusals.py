"""What people are told when something is refused, and what becomes of names that are code."""

from __future__ import annotations

import re

from playwright.sync_api import expect

#: Both would run if a page took them for markup; names have at most 20 characters.
MARKUP = ("<svg onload=alert()>", "<img src onerror=x>")


def _lobby(server, projector, **options):
    screen = projector(server.url)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0", **options)
    screen.see("lobby")
    return screen, pin


def test_a_renamed_and_a_kicked_player(two_workers, projector, phone):
    """Who gets another name sees it, also after coming back, and so does the host.

    Who is removed sees it, after a reload too, is gone from the host's list, and is told so when coming back under the name."""
    screen, pin = _lobby(two_workers, projector)
    ada, ben = phone(two_workers.url), phone(two_workers.url)
    ada.join(pin, "Ada", "qr")
    ben.join(pin, "Ben", "qr")
    expect(screen.names).to_have_count(2)
    screen.names.filter(has_text="Ada").locator("button").click()
    screen.at("rename").click()
    screen.at("new-name").fill("Ben")
    screen.at("confirm-rename").click()
    expect(screen.page.get_by_text("already has that nickname")).to_be_visible()
    screen.at("new-name").fill("Ada Lovelace")
    screen.at("confirm-rename").click()
    expect(screen.names.filter(has_text="Ada Lovelace")).to_have_count(1)
    focused = screen.page.locator(":focus")
    expect(focused).to_have_text("Ada Lovelace")
    expect(ada.page.locator(".name-tag")).to_have_text("Ada Lovelace")
    ada.page.reload()
    expect(ada.page.locator(".name-tag")).to_have_text("Ada Lovelace")
    screen.names.filter(has_text="Ben").locator("button").click()
    screen.at("extend").select_option("1.5")
    ben.says("toast", "1.5 times as much time")
    screen.names.filter(has_text="Ben").locator("button").click()
    screen.at("confirm-kick").click()
    ben.see("kicked")
    assert ben.at("toast").count() == 0  # at once, not when its time is over
    expect(focused).to_have_text("Ada Lovelace")
    expect(ben.page.locator("h1")).to_have_text("You were removed")
    expect(screen.names).to_have_count(1)
    expect(screen.at("player-count")).to_have_text("1")
    ben.page.reload()
    ben.see("kicked")
    expect(ben.page.get_by_role("link", name="Join another game")).to_be_visible()
    ben.page.reload()
    ben.see("nickname")
    ben.open(f"/?pin={pin}")
    ben.ask_in(None, "Ben")
    ben.says("error", re.compile("removed|already has that nickname"))
    screen.page.reload()
    expect(screen.names).to_have_count(1)
    ada.see("lobby")


def test_who_is_removed_is_told_that_alone(one_worker, projector, phone):
    """Not that an answer which is still under way then came to nothing."""
    screen, pin = _lobby(one_worker, projector)
    ben = phone(one_worker.url)
    ben.page.route_web_socket("**/socket.io/*", _without_acks)
    ben.join(pin, "Ben", "qr")
    expect(screen.names).to_have_count(1)
    screen.at("start").click()
    ben.answer("single", 0)
    screen.at("players").click()
    screen.at("roster").get_by_role("button", name="Ben").click()
    screen.at("confirm-kick").click()
    ben.see("kicked")
    ben.page.evaluate("new Promise((done) => setTimeout(done))")
    assert ben.at("toast").count() == 0
    ben.spoilt = True


def _without_acks(page) -> None:
    """Whoever answers hears no more than that they are removed."""
    server, answered = page.connect_to_server(), []

    def sent(message) -> None:
        if '"submit_answer"' in message:
            answered.append(message)
        server.send(message)

    page.on_message(sent)
    server.on_message(lambda message: not (answered and message.startswith("43")) and page.send(message))


def test_a_locked_game_an_unknown_pin_and_a_taken_nickname(two_workers, projector, phone):
    """Each is refused in words that say what to do, and the form stays for another try."""
    screen, pin = _lobby(two_workers, projector)
    ada, ben = phone(two_workers.url), phone(two_workers.url)
    ada.join(pin, "Ada")
    ada.see("lobby")
    ben.open("/")
    ben.ask_in("000000", "Ben")
    ben.says("error", "There is no game with this PIN")
    ben.ask_in("12345", "Ben")
    ben.says("error", "A PIN has six digits")
    ben.ask_in(pin, "ADA")
    ben.says("error", "already has that nickname")
    ben.ask_in(pin, "")
    ben.says("error", "Please type a nickname")
    ben.ask_in(pin, "B" * 21)
    ben.says("error", "1 to 20 characters")
    screen.at("lock").click()
    expect(screen.at("lock")).to_have_attribute("aria-label", "Unlock")
    ben.ask_in(pin, "Ben")
    ben.says("error", "The host has locked this game")
    screen.at("lock").click()
    expect(screen.at("lock")).to_have_attribute("aria-label", "Lock")
    ben.ask_in(pin, "Ben")
    ben.see("lobby")
    ben.open("/play/000000")
    ben.ask_in(None, "Ben")
    ben.says("error", "There is no game with this PIN")


def test_a_wrong_password(two_workers, projector):
    """A wrong password is told as such, and the right one still opens the door."""
    screen = projector(two_workers.url)
    screen.forgive("401")
    screen.open("/host")
    screen.at("host-name").fill("teacher")
    screen.at("host-password").fill("guessed")
    screen.at("sign-in").click()
    screen.says("error", "That name and password do not match")
    screen.at("host-password").fill("a good password")
    screen.at("sign-in").click()
    screen.see("desk")


def test_signing_in_leads_on_and_signing_out_out(two_workers, projector):
    """The address of a game leads over the sign-in to the game; signed in, the quizzes are there at once; signed out, not."""
    screen, other = projector(two_workers.url), projector(two_workers.url)
    screen.sign_in()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    screen.see("lobby")
    other.open(f"/host/games/{pin}")
    other.see("sign-in").get_by_role("link", name="Sign in").click()
    other.at("host-name").fill("teacher")
    other.at("host-password").fill("a good password")
    other.at("sign-in").click()
    other.see("lobby")
    screen.page.go_back()
    screen.see("desk")
    screen.at(f"game-{pin}").click()
    screen.see("lobby")
    screen.forgive("401")  # the lists may still be under way
    screen.open("/host")
    screen.at("sign-out").click()
    screen.see("sign-in")
    screen.page.reload()
    screen.see("sign-in")


def test_a_game_that_hands_out_names_asks_for_none(two_workers, projector, phone):
    """Where nicknames are generated, an empty form joins, and phone and lobby show the same name."""
    screen, pin = _lobby(two_workers, projector, nicknames="generated")
    ada = phone(two_workers.url)
    ada.join(pin, "", "qr")
    ada.see("lobby")
    expect(screen.names).to_have_text([ada.page.locator(".name-tag").inner_text()])


def test_a_nickname_that_is_markup(two_workers, projector, phone):
    """Names with markup are shown as typed on the phone, in the lobby, the list, the boards and the podium, and run nowhere."""
    screen, pin = _lobby(two_workers, projector)
    phones = [phone(two_workers.url) for _ in MARKUP]
    for device, name in zip(phones, MARKUP, strict=True):
        device.join(pin, name, "qr")
        expect(device.page.locator(".name-tag")).to_have_text(name)
    expect(screen.names).to_have_text(list(MARKUP))
    screen.at("players").click()
    expect(screen.at("roster").locator("li")).to_have_text(list(MARKUP))
    screen.at("players").click()
    screen.at("start").click()
    for device, answer in zip(phones, (0, 1), strict=True):
        device.answer("single", answer)
    screen.see("reveal")
    screen.at("next").click()
    expect(screen.page.locator(".board-name")).to_have_text(list(MARKUP))
    for device, name in zip(phones, MARKUP, strict=True):
        device.see("leaderboard")
        expect(device.page.locator(".topbar-name")).to_have_text(name)
        expect(device.page.locator(".board-name")).to_have_text(list(MARKUP))
    screen.at("end").click()
    screen.at("confirm-end").click()
    screen.see("podium")
    expect(screen.page.locator(".podium-name")).to_have_text(list(MARKUP))
    for device, name in zip(phones, MARKUP, strict=True):
        expect(device.page.locator(".final-name")).to_have_text(name)
        expect(device.page.locator(".podium-name")).to_have_text(list(MARKUP))

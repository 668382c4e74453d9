"""Friendly words where something can't be, and names that would like to be code."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, PROJECTOR, Devices, at, screen

MARKUP = "<img src=x onerror="


def test_wrong_pins_taken_names_and_wrong_passwords_get_a_sentence(devices: Devices):
    """Nobody sees a code: each refusal is a sentence beside the form, and the next try works."""
    host, pin = devices.game()
    devices.player(pin, "Ada")
    phone = devices.page(PHONE)
    phone.goto("/")
    for its_pin, name in (("000000", "Bob"), (pin, "ADA")):
        phone.fill(at("pin"), its_pin)
        phone.fill(at("nickname"), name)
        phone.click(at("join"))
        expect(phone.locator(at("error"))).not_to_be_empty()
        assert "_" not in phone.locator(at("error")).inner_text()
    host.click(at("lock"))
    expect(host.get_by_text("Unlock")).to_be_visible()
    phone.fill(at("nickname"), "Bob")
    phone.click(at("join"))
    expect(phone.locator(at("error"))).not_to_be_empty()
    desk = devices.page(PROJECTOR)
    desk.goto("/host")
    desk.fill(at("host-name"), "teacher")
    desk.fill(at("host-password"), "a bad password")
    desk.click(at("sign-in"))
    expect(desk.locator(at("error"))).not_to_be_empty()


def test_a_name_made_of_markup_is_shown_as_typed_and_a_kicked_player_is_told(devices: Devices):
    """The name appears letter by letter on the host's screen; kicked, its owner sees so and is gone from the list."""
    host, pin = devices.game()
    phone = devices.player(pin, MARKUP)
    phone.wait_for_selector(screen("lobby"))
    expect(host.get_by_text(MARKUP)).to_be_visible()
    host.locator('[data-testid^="kick-"]').first.click()
    host.click(at("confirm-kick"))
    phone.wait_for_selector(screen("kicked"))
    expect(host.get_by_text(MARKUP)).to_have_count(0)

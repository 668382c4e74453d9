"""Accounts in the browser."""

from __future__ import annotations

from playwright.sync_api import expect


def test_an_admin_manages_accounts_and_nobody_else_does(one_worker, projector):
    """Adds a host with a password that is shown once and works, gives another, ends the host's sessions, removes the account."""
    one_worker.flask("host", "add", "head", "--password", "a good password", "--admin")
    admin, host = projector(one_worker.url), projector(one_worker.url)
    admin.forgive("400")  # the browser's own word on a name that is refused
    admin.sign_in("head")
    admin.at("accounts").click()
    admin.see("accounts")
    admin.at("new-name").fill("two words")
    admin.at("add").click()
    admin.says("error", "host's name")
    admin.at("new-name").fill("gil")
    admin.at("add").click()
    first = admin.at("password").inner_text()
    host.sign_in("gil", first)
    expect(host.at("accounts")).to_have_count(0)
    host.open("/host/accounts")
    host.says("error", "Only an admin")

    row = admin.at("host-gil")
    row.get_by_test_id("new-password").click()
    expect(admin.at("password")).not_to_have_text(first)
    second = admin.at("password").inner_text()
    host.open("/host/accounts")  # all sessions ended with the password
    host.see("sign-in")
    host.sign_in("gil", second)
    host.at("sign-out-everywhere").click()
    host.see("sign-in")
    row.get_by_test_id("admin").click()
    expect(row).to_contain_text("No admin any more")
    row.get_by_test_id("admin").click()
    expect(row).to_contain_text("Make admin")
    row.get_by_test_id("remove").click()
    row.get_by_test_id("remove").click()
    expect(row).to_have_count(0)
    expect(admin.at("host-head").get_by_test_id("remove")).to_have_count(0)

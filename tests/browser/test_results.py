"""Results in the browser."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.devices import Projector
from tests.harness.clients import Client
from tests.harness.server import Server

TABLET = {"width": 820, "height": 1180}


def play(server: Server, host: Projector, *answers: dict[str, Any]) -> None:
    """A self-paced game of as many players, ended by its host; the first calls themselves by a piece of HTML."""
    pin = host.begin("at-your-own-pace", "self-paced")
    for number, given in enumerate(answers):
        player = Client(server.url)
        player.ok("join", {"pin": pin, "nickname": f"Player {number}" if number else "<b>Ann</b>"})
        for question, answer in given.items():
            player.ok("submit_answer", {"question": question, "answer": answer})
        player.close()
    host.at("end").click()
    host.at("confirm-end").click()
    host.see("podium")


def test_a_host_looks_at_results_exports_them_and_removes_a_player_and_a_game(one_worker: Server, projector: Any, tmp_path: Path):
    """From the end of a game and from the list; on a screen, on a tablet by keyboard, and on paper; strangers' names as typed."""
    host: Projector = projector(one_worker.url)
    host.come_back()
    play(one_worker, host, {"q1": [1, 2, 0], "q4": 0}, {"q4": 0})
    host.open("/host")
    play(one_worker, host, {"q1": [1, 2, 0], "q2": 1, "q3": 3.14, "q4": 0}, {"q2": 0, "q3": 3, "q4": 1}, {"q4": 0})
    host.at("results").click()
    host.see("result")
    host.says("summary", "Right answers67%")  # 4 of 6: a poll has none
    host.says("summary", "Mean time–")  # nobody's page asked for a question, so nobody's time was taken
    rows = host.at("player")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("<b>Ann</b>")
    expect(host.at("hardest").locator("li")).to_have_text(["3.Pi?50%", "4.What is a pin for?67%"])
    expect(host.at("comparison").locator("thead th")).to_have_count(3)

    host.page.set_viewport_size(TABLET)
    host.fits()
    question = host.at("question-q4")
    expect(question.get_by_test_id("distribution").locator("li")).to_contain_text(["Sewing", "Cooking"])
    question.get_by_test_id("who").locator("summary").press("Enter")
    expect(question.get_by_test_id("who")).to_contain_text("Player 2")
    rows.nth(2).get_by_test_id("show-answers").press("Enter")
    expect(host.at("answers").locator("li")).to_contain_text(["not answered", "Tea", "3", "Cooking"])
    host.fits()

    host.forgive("503")
    busy = {"status": 503, "code": "server_busy", "detail": "away"}
    host.page.route("**/results/*/questions/1", lambda route: route.fulfill(status=503, json=busy))
    host.at("question-q2").get_by_test_id("who").locator("summary").press("Enter")
    host.says("error", "try again in a moment")
    expect(rows).to_have_count(3)

    with host.page.expect_download() as download:
        host.at("export-csv").click()
    download.value.save_as(tmp_path / "report.csv")
    assert download.value.suggested_filename.startswith("at-your-own-pace-")
    assert [row["score"] for row in csv.DictReader((tmp_path / "report.csv").open(newline=""))] == ["30", "10", "0"]
    host.page.emulate_media(media="print", color_scheme="dark")
    assert host.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    for button in ("export-xlsx", "desk", "delete"):
        expect(host.at(button)).to_be_hidden()
    expect(rows.first).to_be_visible()
    host.page.emulate_media(media="screen", color_scheme="light")

    rows.first.get_by_test_id("remove-player").press("Enter")
    rows.first.get_by_test_id("remove-player").press("Enter")
    host.says("removed", "1 player")
    expect(rows).to_have_count(2)
    host.says("summary", "Right answers33%")
    gone = host.page.url.rpartition("/")[2]
    host.at("delete").click()
    host.at("confirm-delete").click()
    host.see("results")
    expect(host.at("results").locator("li").first).to_be_visible()
    expect(host.at("results").locator(f'a[href*="{gone}"]')).to_have_count(0)
    host.at("results").locator("a").first.click()
    host.see("result")
    expect(host.at("comparison")).to_have_count(0)

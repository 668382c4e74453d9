"""Hosts write quizzes: by mouse, by keyboard, through crashes, and two at once."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from PIL import Image
from playwright.sync_api import Route, expect

from tests.browser.devices import Projector
from tests.harness.server import Server, eventually


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, "PNG")
    return file.getvalue()


PICTURE = _picture()
DESKTOP, TABLET = {"width": 1280, "height": 800}, {"width": 768, "height": 1024}


@pytest.fixture
def desk(one_worker, projector):
    """Makes the page of a host who has signed in, in a window of this size."""

    def make(size: dict[str, int], name: str = "teacher") -> Projector:
        device = projector(one_worker.url)
        device.page.set_viewport_size(size)
        device.come_back(name)
        return device

    return make


def kept(device: Projector, words: str) -> None:
    """Waits for the status to say so."""
    expect(device.at("kept")).to_have_text(words)


def listed(device: Projector) -> Any:
    """The questions in the list."""
    return device.at("questions").locator(".list-text")


def test_an_image_on_its_way_is_saved_too(desk):
    """Who saves before it is there has chosen it all the same."""
    host = desk(DESKTOP)
    host.spoilt = True
    held: list[Route] = []
    host.page.route("**/api/v1/images", lambda route: held.append(route))
    host.at("new-quiz").click()
    host.at("title").fill("What flies at night")
    host.at("text").fill("Which of these flies?")
    for place, text in enumerate(["Bat", "Owl"]):
        host.at(f"choice-text-{place}").fill(text)
    host.at("right-0").check()
    host.at("image-file").set_input_files({"name": "bat.png", "mimeType": "image/png", "buffer": PICTURE})
    host.at("save").click()
    eventually(lambda: host.page.evaluate("1") and held)  # requests are heard of while the page is asked
    held.pop().continue_()
    expect(host.page.locator(".image-shown")).to_be_visible()
    kept(host, "Saved")
    host.page.reload()
    expect(host.page.locator(".image-shown")).to_be_visible()
    kept(host, "Saved")


def test_a_quiz_is_written_by_mouse(desk):
    """Three types with their preview, dragged into another order; then found, copied, deleted, brought back, exported, hosted."""
    host = desk(DESKTOP)
    host.at("new-quiz").click()
    host.see("editor")
    host.at("title").fill("Animals of the sea")
    host.at("tags").fill("biology, Year 7، sea")  # the comma of an Arabic keyboard parts them too
    host.at("text").fill("Which of these breathes air?")
    for place, text in enumerate(["Tuna", "Dolphin"]):
        host.at(f"choice-text-{place}").fill(text)
    host.at("add-choice").click()
    host.at("choice-text-2").fill("Squid")
    host.at("seconds").fill("0")
    host.at("text").focus()
    expect(host.at("question-form")).to_contain_text("Must be between")  # said at once, though nothing is saved
    host.at("seconds").fill("20")
    expect(host.at("question-form")).not_to_contain_text("Must be between")
    host.at("save").click()  # which is right was forgotten
    expect(host.at("question-1")).to_contain_text("1 problem")
    host.at("right-1").check()
    expect(host.at("preview").get_by_test_id("choice-1")).to_have_text("BDolphin")
    host.at("add-question").click()
    host.at("type").select_option("number")
    host.at("text").fill("How many arms has an octopus?")
    host.at("number").fill("8")
    host.at("tolerance").fill("0,5")
    host.at("add-question").click()
    host.at("type").select_option("true_false")
    host.at("text").fill("Whales are fish.")
    host.at("truth-false").check()
    host.at("image-file").set_input_files({"name": "whale.png", "mimeType": "image/png", "buffer": PICTURE})
    host.at("alt").fill("A whale, breathing out")
    expect(host.at("preview").get_by_alt_text("A whale, breathing out")).to_have_js_property("naturalWidth", 64)
    host.fits()
    host.at("grip-3").hover()
    host.page.mouse.down()
    host.page.mouse.move(*middle(host, "question-2"), steps=4)
    host.page.mouse.move(*middle(host, "question-1"), steps=4)
    host.page.mouse.up()
    in_order = ["Whales are fish.", "Which of these breathes air?", "How many arms has an octopus?"]
    expect(listed(host)).to_have_text(in_order)
    host.at("question-2").get_by_role("button").first.click()
    host.at("delete-question").click()
    expect(listed(host)).to_have_text([in_order[0], in_order[2]])
    host.at("toast-offer").click()
    expect(listed(host)).to_have_text(in_order)
    expect(host.at("right-1")).to_be_checked()
    host.at("save").click()
    kept(host, "Saved")
    host.page.get_by_role("link", name="Quizzes").click()
    host.at("search").fill("animals")
    card = host.at("quiz-animals-of-the-sea")
    expect(host.page.locator(".cards > li")).to_have_count(1)
    expect(host.at("tag-sea")).to_be_visible()
    host.at("tag-biology").click()
    host.at("duplicate-animals-of-the-sea").click()
    expect(host.at("quiz-animals-of-the-sea-copy")).to_be_visible()
    host.at("delete-animals-of-the-sea").click()
    expect(card).to_have_count(0)
    host.at("toast-offer").click()
    expect(card).to_contain_text("3 questions")
    host.at("delete-animals-of-the-sea-copy").click()
    expect(host.at("quiz-animals-of-the-sea-copy")).to_have_count(0)
    host.at("deleted").click()
    host.says("gone-animals-of-the-sea-copy", "gone for good on")
    host.at("restore-animals-of-the-sea-copy").click()
    host.says("gone-animals-of-the-sea-copy", "is back")
    host.page.get_by_role("button", name="Close").click()
    expect(host.at("quiz-animals-of-the-sea-copy")).to_be_visible()
    host.at("export-animals-of-the-sea").click()
    expect(card.get_by_test_id("left-out-json")).to_have_count(0)
    losses = card.get_by_test_id("left-out-kahoot")
    losses.locator("summary").click()
    expect(losses).to_contain_text(re.compile("Left out, as there is no such type: .*Number.* In question .*3"))
    with host.page.expect_download() as file:
        card.get_by_test_id("format-csv").click()
    assert file.value.suggested_filename == "animals-of-the-sea.csv"
    assert ",8," in file.value.path().read_text()
    host.begin("animals-of-the-sea")


def middle(device: Projector, name: str) -> tuple[float, float]:
    """Of what carries this `data-testid`."""
    box = device.at(name).bounding_box()
    assert box is not None
    return box["x"] + 20, box["y"] + box["height"] / 2


def tab_to(device: Projector, name: str) -> None:
    """Presses Tab until what carries this `data-testid` has the focus."""
    for _ in range(80):
        if device.page.evaluate("document.activeElement.dataset.testid") == name:
            return
        device.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name}")


def test_a_quiz_is_written_and_put_in_order_by_keyboard(desk):
    """On a tablet: nothing but keys; what is missing is gone to, and each move is said aloud."""
    host = desk(TABLET)
    keys = host.page.keyboard
    tab_to(host, "new-quiz")
    keys.press("Enter")
    host.see("editor")
    tab_to(host, "title")
    keys.type("By keys")
    tab_to(host, "type")
    keys.press("S")  # "Several right choices"
    tab_to(host, "text")
    keys.type("Which are even?")
    tab_to(host, "choice-text-0")
    keys.type("Two")
    keys.press("Enter")  # one more choice, though the second is still empty
    keys.type("Four")
    keys.press("Alt+ArrowUp")
    expect(host.at("choice-text-1")).to_have_value("Four")
    keys.press("Alt+ArrowDown")  # with the focus, which moves along
    keys.press("Control+s")
    expect(host.at("choice-text-1")).to_be_focused()
    keys.type("Three")
    for right in ("right-0", "right-2"):
        if right == "right-0":
            keys.press("Shift+Tab")
            while host.page.evaluate("document.activeElement.dataset.testid") != right:
                keys.press("Shift+Tab")
        tab_to(host, right)
        keys.press("Space")
    while host.page.evaluate("document.activeElement.dataset.testid") != "add-question":
        keys.press("Shift+Tab")
    keys.press("Enter")
    expect(host.at("text")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("P")
    keys.press("Tab")
    keys.type("Tea or coffee?")
    tab_to(host, "choice-text-0")
    keys.type("Tea")
    tab_to(host, "choice-text-1")
    keys.type("Coffee")
    while host.page.evaluate("document.activeElement.dataset.part") != "choose":
        keys.press("Shift+Tab")
    keys.press("Alt+ArrowUp")
    host.says("said", "Question 2 is now question 1 of 2")
    expect(listed(host)).to_have_text(["Tea or coffee?", "Which are even?"])
    tab_to(host, "move-down")
    keys.press("Enter")
    host.says("said", "Question 1 is now question 2 of 2")
    keys.press("Alt+ArrowUp")
    expect(listed(host)).to_have_text(["Tea or coffee?", "Which are even?"])
    host.fits()
    keys.press("Control+s")
    kept(host, "Saved")
    host.page.reload()
    expect(listed(host)).to_have_text(["Tea or coffee?", "Which are even?"])
    host.at("question-2").get_by_role("button").first.click()
    expect(host.at("right-0")).to_be_checked()
    expect(host.at("right-1")).not_to_be_checked()
    expect(host.at("right-2")).to_be_checked()


def test_what_is_typed_at_once_is_not_lost(desk):
    """A new question's text, and the first field that is wrong, have the focus before anything is painted."""
    host = desk(TABLET)
    host.spoilt = True
    host.open("/host/quizzes/new")
    host.see("editor")
    host.page.evaluate("window.requestAnimationFrame = () => 0")  # as on a machine that is slow to paint
    host.at("add-question").press("Enter")
    host.page.keyboard.type("Why?")
    expect(host.at("text")).to_have_value("Why?")
    host.at("save").press("Enter")
    expect(host.at("title")).to_be_focused()


def test_what_is_written_survives_server_and_browser(desk, one_worker):
    """The server is killed in the middle of an edit, more is typed, the browser goes too: all of it is there again afterwards."""
    host = desk(TABLET)
    host.forgive("ERR_CONNECTION|ERR_EMPTY|ERR_FAILED")
    host.at("new-quiz").click()
    host.at("title").fill("Unsinkable")
    kept(host, "Draft saved")
    with crashed(one_worker):
        host.at("text").fill("What floats?")
        expect(host.at("kept")).to_contain_text("Not saved: offline")
        host.at("choice-text-0").fill("Wood")
        eventually(lambda: host.page.evaluate("JSON.stringify(localStorage).includes('Wood')"))
        address = host.page.url
        host.page.close(run_before_unload=False)
    host.page = host.context.new_page()
    host.page.goto(address)
    expect(host.at("choice-text-0")).to_have_value("Wood")
    expect(host.at("title")).to_have_value("Unsinkable")
    kept(host, "Draft saved")
    assert host.page.evaluate("Object.keys(localStorage).length") == 0
    host.page.route("**/draft", lambda route: route.abort())  # as long as the network is away
    host.at("choice-text-1").fill("Stone")
    expect(host.at("kept")).to_contain_text("Not saved: offline")
    host.page.unroute("**/draft")
    kept(host, "Draft saved")
    host.at("right-0").check()
    host.at("save").click()
    kept(host, "Saved")


@contextlib.contextmanager
def crashed(server: Server) -> Iterator[None]:
    """All of its processes but Valkey end at once; afterwards it is started again."""
    assert server.process is not None
    pids = [server.process.pid, *server.workers()]
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.process.wait()
    try:
        yield
    finally:
        server.start()


def test_what_is_opened_and_saved_says_the_same(desk, one_worker):
    """Each of the seven types, made by others, copied to one's own shelf and saved with nothing but another title."""
    host = desk(DESKTOP)
    headers = {"Authorization": f"Bearer {one_worker.sign_in('teacher', 'a good password')}"}
    for slug in ("five-of-a-kind", "at-your-own-pace"):
        host.open("/host")
        host.at(f"duplicate-{slug}").click()
        host.at("toast-offer").click()
        host.page.wait_for_url("**/host/quizzes/*")
        copy = host.page.url.rpartition("/")[2]  # whatever copies there are
        host.see("editor")
        for place in range(1, 5):
            host.at(f"question-{place}").get_by_role("button").first.click()
        host.at("title").fill(f"Mine of {slug}")
        kept(host, "Draft saved")  # "Saved" stood there before
        host.at("save").click()
        kept(host, "Saved")
        before, after = (
            requests.get(f"{one_worker.url}/api/v1/quizzes/{name}", headers=headers, timeout=30).json() for name in (slug, copy)
        )
        assert after["title"] == f"Mine of {slug}"
        assert [meant(one) for one in after["questions"]] == [meant(one) for one in before["questions"]]


def meant(question: dict[str, Any]) -> dict[str, Any]:
    """A question with what goes without saying; items that are put in order may be held in any."""
    whole = {"tolerance": 0, "time_limit": 20, **question}
    if question["type"] != "order":
        return whole
    return {**whole, "correct": None, "choices": [question["choices"][place]["text"] for place in question["correct"]]}


def test_an_admin_has_another_hosts_quizzes_in_hand(desk, one_worker):
    """Found from the accounts, opened beside the host, changed, exported, deleted and brought back; copied to one's own."""
    one_worker.flask("host", "add", "chief", "--password", "a good password", "--admin")
    one_worker.flask("host", "add", "dora", "--password", "a good password")
    headers = {"Authorization": f"Bearer {one_worker.sign_in('dora', 'a good password')}"}

    def saved(path: str = "/doras") -> Any:
        return requests.get(f"{one_worker.url}/api/v1/quizzes{path}", headers=headers, timeout=60).json()

    for title in ("Doras", "Five of a kind"):  # the second's slug is a shared one's too
        body = {"title": title, "questions": [{"text": "Dora's?", "choices": ["Yes", "No"], "correct": 0, "points": 5}]}
        assert requests.post(f"{one_worker.url}/api/v1/quizzes", json=body, headers=headers, timeout=60).status_code == 201
    chief = desk(DESKTOP, "chief")
    chief.at("accounts").click()
    chief.at("host-dora").get_by_test_id("quizzes").click()
    chief.see("others-shelf")
    expect(chief.page.locator(".cards > li h3")).to_have_text(["Doras", "Five of a kind"])
    expect(chief.at("live-doras")).to_have_count(0)
    chief.at("edit-doras").click()
    chief.see("editor")
    chief.says("whose", "dora")
    chief.at("text").fill("The chief's?")
    kept(chief, "Draft saved")
    chief.page.reload()
    expect(chief.at("text")).to_have_value("The chief's?")
    chief.at("save").click()
    kept(chief, "Saved")
    assert [saved()[name] for name in ("owner", "updated_by")] == ["dora", "chief"]
    assert saved()["questions"][0]["text"] == "The chief's?"
    chief.page.get_by_role("link", name="Quizzes").click()
    chief.at("export-doras").click()
    with chief.page.expect_download() as file:
        chief.at("quiz-doras").get_by_test_id("format-csv").click()
    assert "The chief's?" in file.value.path().read_text()
    chief.at("duplicate-doras").click()
    chief.says("toast", "Doras (copy)")
    chief.at("delete-doras").click()
    expect(chief.at("quiz-doras")).to_have_count(0)
    chief.at("deleted").click()
    chief.at("restore-doras").click()
    chief.says("gone-doras", "is back")
    chief.page.get_by_role("button", name="Close").click()
    chief.fits()
    chief.open("/host")
    expect(chief.at("quiz-doras-copy")).to_be_visible()
    expect(chief.at("quiz-doras")).to_have_count(0)
    assert {one["title"] for one in saved("?own=true")["quizzes"]} == {"Doras", "Five of a kind"}


def test_two_who_write_the_same_quiz(desk, one_worker):
    """Each is told of the other; a save that would overwrite another shows both, and only then overwrites if asked."""
    one_worker.flask("host", "add", "ann", "--password", "a good password", "--admin")
    token = one_worker.sign_in("ann", "a good password")
    question = {"text": "Old?", "choices": ["Yes", "No"], "correct": 0}
    for path, body in (
        ("hosts", {"name": "ben", "password": "a good password", "admin": True}),
        ("quizzes?shared=true", {"title": "Ours", "questions": [question]}),
    ):
        headers = {"Authorization": f"Bearer {token}"}
        assert requests.post(f"{one_worker.url}/api/v1/{path}", json=body, headers=headers, timeout=60).status_code == 201
    ann, ben = desk(DESKTOP, "ann"), desk(TABLET, "ben")
    for host in (ann, ben):
        host.forgive("412")  # the browser's own word on what is refused
        host.at("edit-ours").click()
        host.see("editor")
    ben.says("others", "ann\u2069\u2069 has this quiz open too")
    ann.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # sooner than its next beat
    ann.says("others", "ben\u2069\u2069 has this quiz open too")
    ben.at("text").fill("Ben's?")
    kept(ben, "Draft saved")
    ann.at("text").fill("Ann's?")
    ann.at("save").click()
    kept(ann, "Saved")
    ben.at("text").fill("Ben's own?")
    ben.says("newer", "has saved another version")  # said with the draft
    ben.at("save").click()
    both = ben.see("clash")
    expect(both).to_contain_text("Ann's?")
    expect(both).to_contain_text("Ben's own?")
    assert text_of(one_worker.url, token) == "Ann's?"
    ben.at("keep-mine").click()
    kept(ben, "Saved")
    assert text_of(one_worker.url, token) == "Ben's own?"
    ann.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    ann.says("newer", "ben\u2069 has saved another version")
    ann.at("compare").click()
    ann.see("clash")
    ann.at("take-theirs").click()
    expect(ann.at("text")).to_have_value("Ben's own?")


def text_of(url: str, token: str) -> str:
    """The question of the quiz that is saved."""
    headers = {"Authorization": f"Bearer {token}"}
    saved = requests.get(f"{url}/api/v1/quizzes/ours?shared=true", headers=headers, timeout=60).json()
    return str(saved["questions"][0]["text"])

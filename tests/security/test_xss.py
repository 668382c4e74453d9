"""Names and quiz texts made of what would run something, on every page in a real Chromium: nothing runs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Request, expect

from quiz.domain.errors import ContentError
from quiz.domain.question import question
from tests.browser.devices import Device
from tests.security.conftest import take
from tests.security.vectors import RUNNING_IMAGES, VECTORS, hostile_quiz, names

#: What counts as having run. It is there before anything of the page is, and can't be taken away.
CANARY = """Object.defineProperty(window, "canary", { value: () => console.error("canary: it ran"), writable: false })"""
#: Markup that came of a text, even where the policy keeps it from running; and an inherited name that became a global's.
SCAN = """() => [...document.querySelectorAll("*")].filter((one) =>
    ["iframe", "object", "embed", "base", "template", "style", "marquee", "math", "portal", "xss", "video", "audio", "isindex"]
        .includes(one.localName)
    || (one.localName === "script" && !one.src)
    || (one.localName === "meta" && one.httpEquiv)
    || [...one.attributes].some(({ name, value }) => /^on/i.test(name) || name === "srcdoc"
        || (["href", "action", "formaction", "xlink:href"].includes(name) && /^\\s*(javascript|data|vbscript):/i.test(value)))
).map((one) => one.outerHTML.slice(0, 200))"""
#: Players called by vectors: the lobby shows the newest 60.
NAMES = 50
#: Right to left, with digits that would change places with the points beside it.
ARABIC = "محمد 12"
#: Where that name stands without anything around it that keeps it from turning its neighbours about.
ADRIFT = """(name) => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) {
        const text = walk.currentNode;
        if (text.data.includes(name) && !text.parentElement.closest("bdi, [dir]")) found.push(text.parentElement.outerHTML);
    }
    return found;
}"""
#: What a page says of pictures that are not there, and of those on other hosts, which the policy doesn't let it ask for.
PICTURES = r"^another host: (https?:)//canary\.invalid/x\.png$"
PICTURES += r"|^console: (Failed to load resource|policy: img-src|.*Content Security Policy directive: \"img-src)"


def watched(device: Device) -> Device:
    """Reports whatever runs, and what is asked of other hosts."""
    device.context.add_init_script(CANARY)
    device.page.on("request", lambda request: device.complaints.append("asked") if request.url.endswith("/canary") else None)
    device.page.on("requestfailed", lambda one: _not_asked(device, one))
    device.page.on("response", lambda one: device.complaints.append(f"got {one.url}") if "canary.invalid" in one.url else None)
    device.forgive(PICTURES)
    return device


def _not_asked(device: Device, request: Request) -> None:
    if "canary.invalid" in request.url and request.failure != "csp":
        device.complaints.append(f"{request.url}: {request.failure}")


def clean(*devices: Device) -> None:
    """No page has become anything else than text."""
    for device in devices:
        assert device.page.evaluate(SCAN) == []
        assert device.page.evaluate(ADRIFT, ARABIC) == []
        assert not [one for one in device.complaints if not re.search(PICTURES, one)]


def play_through(room, projector, phone, vectors: list[str], title: str) -> None:
    """A live game from the list of quizzes to the podium, with a host, a phone that answers and players called by vectors."""
    url = room.server.url
    slug = take(room.server, hostile_quiz(title, vectors))
    screen, ann = watched(projector(url)), watched(phone(url))
    screen.sign_in()
    expect(screen.at(f"quiz-{slug}")).to_contain_text(title.split("<")[0])
    clean(screen)
    pin = room.game(quiz=slug, auto_close=False, leaderboard_every=1)
    called = [ARABIC, *names(vectors)[:NAMES]]
    crowd = room.connect()
    for name in called[1:]:
        crowd.ok("join", {"pin": pin, "nickname": name})
        crowd.ok("leave")
    crowd = room.connect()
    text_answers = crowd.ok("join", {"pin": pin, "nickname": "javascript:canary(1"})
    screen.open(f"/host/games/{pin}")
    ann.join(pin, called[0], "play")
    screen.see("lobby")
    ann.see("lobby")
    for name in called:
        expect(screen.names.get_by_text(name, exact=True)).to_have_count(1)
    clean(screen, ann)
    room.host.ok("rename", {"player": text_answers["player"]["id"], "nickname": "<img src=x onerror="})
    questions = hostile_quiz(title, vectors)["questions"]
    for number, asked in enumerate(questions, 1):
        room.host.ok("start" if number == 1 else "next")
        for device in (screen, ann):
            device.see("question")
            expect(device.page.locator(".question-text h1")).to_have_text(asked["text"].strip(), use_inner_text=False)
        clean(screen, ann)
        shown = crowd.wait("question", lambda one, number=number: one["index"] == number - 1)
        answer = {"single": 1, "multiple": [0, 3], "order": [0, 1, 2, 3], "text": vectors[number][:200]}[shown["type"]]
        crowd.call("submit_answer", {"question": shown["id"], "answer": answer})
        room.host.ok("close_question")
        for device, place in ((screen, "reveal"), (ann, "result")):
            device.see(place)
        clean(screen, ann)
        room.host.ok("next")
        screen.see("leaderboard")
        clean(screen, ann)
    room.host.ok("next")
    for device in (screen, ann):
        device.see("podium")
    clean(screen, ann)
    look_back(screen, len(called))


def look_back(screen: Device, players: int) -> None:
    """The results of the game that has just ended, with all that can be opened."""
    screen.at("results").click()
    screen.see("result")
    expect(screen.at("player")).to_have_count(players + 1)
    for opener in screen.at("who").locator("summary").all():
        opener.click()
    expect(screen.page.locator(".who-list")).to_have_count(screen.at("who").count())
    screen.at("player").first.get_by_test_id("show-answers").click()
    expect(screen.at("answers")).to_be_visible()
    screen.fits()
    clean(screen)
    screen.open("/host/results")
    screen.see("results")
    clean(screen)


def pace_through(room, phone, vectors: list[str], title: str) -> None:
    """A self-paced game: questions, verdicts, right answers, explanations; a host who renames; a PIN page with a seat."""
    url = room.server.url
    questions = hostile_quiz(title, vectors)["questions"]
    pin = room.game("self-paced", take(room.server, hostile_quiz(title, vectors)))
    ann = watched(phone(url))
    ann.join(pin, "<svg onload=canary()", "qr")
    player = room.host.ok("watch", {"pin": pin})["players"][0]["id"]
    for number, asked in enumerate(questions):
        ann.see("question")
        clean(ann)
        kind = asked["type"]
        ann.answer(kind, {"single": 1, "multiple": [0, 3], "order": [0, 1, 2, 3], "text": "x<img src=x onerror=canary()>"}[kind])
        ann.see("result")
        clean(ann)
        if number == 0:
            room.host.ok("rename", {"player": player, "nickname": "<img src=x onerror="})
            expect(ann.page.locator(".topbar-name")).to_have_text("<img src=x onerror=")
            clean(ann)
        ann.at("next").click()
    ann.see("finished")
    clean(ann)
    ann.open(f"/?pin={pin}")
    ann.see("nickname")
    expect(ann.page.get_by_text("<img src=x onerror=")).to_be_visible()
    clean(ann)


@pytest.mark.parametrize("address", RUNNING_IMAGES)
def test_no_quiz_holds_the_address_of_something_that_runs(address):
    """Scripts, documents and files are no pictures, however a browser would read the scheme."""
    for asked in ({"image": address}, {"choices": [{"text": "a", "image": address}, "b"]}):
        with pytest.raises(ContentError, match="is no address of a picture"):
            question({"text": "?", "choices": ["a", "b"], "correct": 0, **asked}, 1)


def test_nothing_runs_on_any_page_of_a_live_game(room, projector, phone):
    """One vector of each few, in names, titles, questions, choices, explanations, pictures and answers."""
    play_through(room, projector, phone, VECTORS[::9], "Hostile <img src=x onerror=canary()>")


def test_nothing_runs_on_any_page_of_a_self_paced_game(room, phone):
    """Nor in what a player is told after an answer, or of a seat that the browser remembers."""
    pace_through(room, phone, VECTORS[5::14], "Paced </title><script>canary()</script>")


@pytest.mark.long
@pytest.mark.parametrize("shift", range(6))
def test_nothing_runs_whatever_the_vector_and_the_field(room, projector, phone, shift):
    """All vectors, each in every field: as text, explanation, choice or answer."""
    begin = 25 * shift  # so that all are names in the end, and each field's are others
    vectors = [*VECTORS[begin:], *VECTORS[:begin]]
    play_through(room, projector, phone, vectors, f"Hostile {shift} {vectors[0]}"[:200])
    pace_through(room, phone, vectors, f"Paced {shift} {vectors[1]}"[:200])

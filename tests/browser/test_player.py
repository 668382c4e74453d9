"""What players do on their phones beyond answering: names, keys, fingers, their own order, another look, a picture; and sleep."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.harness.clients import Client

#: Call by call, what the modules of the player's page make of it.
REASONED = """async () => {
    const at = (name) => import(`/static/js/player/${name}.js`);
    const [numbers, keys, ahead, order, list, names] = await Promise.all(
        ["number_text", "keys", "ahead", "order_control", "question_list", "names"].map(at));
    const choices = [{ id: 2 }, { id: 0 }, { id: 1 }];
    const row = (player, nickname, score, rank) => ({ player, nickname, score, rank });
    const board = { top: [row("a", "Ann", 9, 1), row("b", "Bob", 5, 2)] };
    const is = (id, score, rank, next) =>
        ahead.aheadOf({ you: { score, rank }, board, result: next ? { ahead: next } : null, player: { id } });
    const cem = { nickname: "Cem", score: 4 }, dan = { nickname: "Dan", score: 7 };
    const line = (question, more) => list.stateOf({ question, answered: false, over: false, ...more }, ["q1"]);
    const done = (correct) => line("q1", { answered: true, over: true, correct });
    const pairs = [["A", "B"], ["C"]], draws = [0, 0, 0.6, 0];
    const { timeIsUp } = await at("deadline");
    const { changedOptions } = await import("/static/js/host/options.js");
    const wish = { closes_at: "2030-01-01T12:00", show_on_phones: false, leaderboard: false, countdown_ms: "2", late_join: true };
    const { closes_at, ...paced } = changedOptions(wish, "self-paced");
    return {
        numbers: ["1 000,5", "\u200e−3", "٣٫٥", "۱۲", "1e3", "", "-", "1,2,3"].map((one) => numbers.parseNumber(one)),
        thousands: ["1,000", "-12.345", "0,125", "1,000,000", "1.234,5", "1,234.5", "1,0000", "1,000,50", "1,00,000"].map(
            (one) => [numbers.parseNumber(one), numbers.parseNumber(one, ".")]),
        typed: [1234.125, -3, 1e30].map(numbers.typedNumber),
        keys: ["1", "3", "4", "0", "a", "C", "d", "Enter"].map((key) => keys.choiceOf(key, choices)?.id ?? null),
        truths: ["1", "2", "3", "a"].map((key) => keys.choiceOf(key, [{ id: true }, { id: false }])?.id ?? null),
        ahead: [is("a", 9, 1), is("b", 5, 2), is("c", 2, 3), is("c", 2, 3, cem), is("c", 4, 3, cem), is("b", 5, 2, dan),
            is("b", 5, null)],
        moved: [order.moved([0, 1, 2], 0, 2), order.moved([0, 1, 2], 2, 0), order.moved([0, 1, 2], 1, 1)],
        states: [line("q1"), line("q2"), line("q1", { over: true }), done(null), done(false), done(true)],
        rolled: [names.rolledName(pairs, null, () => 0.6), names.rolledName(pairs, "A C", () => draws.shift())],
        timeIsUp: [[5], [undefined, 5], [5, 4], [5, 5]].map(([closes_at, finished_at]) => timeIsUp({ closes_at, finished_at })),
        options: [changedOptions(wish, "live"), paced, closes_at === new Date(2030, 0, 1, 12).getTime()],
    };
}"""
MADE = {
    "numbers": [1000.5, -3, 3.5, 12, 1000, None, None, None],
    "thousands": [
        [1000, 1],
        [-12.345, -12345],
        [0.125, 0.125],
        [1_000_000, 1_000_000],
        [1234.5, 1234.5],
        [1234.5, 1234.5],
        [1, 1],
        [None, None],
        [None, None],
    ],
    "typed": ["1234.125", "-3", "1e+30"],
    "keys": [2, 1, None, None, 0, 2, None, None],
    "truths": [True, False, None, None],
    "ahead": [
        None,
        {"nickname": "Ann", "by": 4},
        {"rank": 2, "by": 3},
        {"nickname": "Cem", "by": 2},
        {"rank": 2, "by": 1},
        {"nickname": "Ann", "by": 4},
        None,
    ],
    "moved": [[1, 2, 0], [2, 0, 1], [0, 1, 2]],
    "states": ["skipped", "open", "missed", "neutral", "wrong", "right"],
    "rolled": ["B C", "B C"],
    "timeIsUp": [False, False, False, True],
    "options": [
        {"show_on_phones": False, "leaderboard": False, "countdown_ms": 2000},
        {"leaderboard": False, "countdown_ms": 2000},
        True,
    ],
}
#: Notes each message that comes up.
TOASTED = """new MutationObserver(() => {
    const said = document.querySelector(".toast span")?.textContent;
    window.toasted ??= [];
    if (said && said !== window.toasted.at(-1)) window.toasted.push(said);
}).observe(document, { subtree: true, childList: true, characterData: true })"""
#: Notes what is felt and heard.
FELT = """window.felt = [];
navigator.vibrate = (pattern) => felt.push(`buzz ${pattern}`) > 0;
OscillatorNode = class extends OscillatorNode {
    constructor(...given) {
        super(...given);
        felt.push(`tone ${given[1].frequency}`);
    }
};"""
PREFERRED = "async () => (await import('/static/js/player/preferences.js')).preferences.state"
#: Notes what screen readers read out: each change of a region that is there before it.
READ_OUT = """window.readOut = [];
const regions = "[role=status], [role=alert], [aria-live]";
const regionOf = ({ target }) => (target.closest ? target : target.parentElement)?.closest(regions);
new MutationObserver((changes) => {
    for (const region of new Set(changes.map(regionOf))) if (region?.innerText.trim()) readOut.push(region.innerText.trim());
}).observe(document, { subtree: true, childList: true, characterData: true })"""
#: From then on that it is `impatient`, whatever takes longer than two seconds never comes.
IMPATIENT = """const wait = setTimeout;
window.setTimeout = (act, ms, ...given) => (window.impatient && ms > 2000 ? 0 : wait(act, ms, ...given));"""
#: Colours of words on the picture, and where they are.
CARD = {
    (201, 242, 77): (60, 590, 1020, 690),
    (242, 248, 240): (160, 715, 920, 790),
    (180, 210, 207): (160, 815, 920, 865),
    (11, 42, 49): (250, 980, 1000, 1030),
}
#: A browser that can only keep a picture.
NO_SHARING = "navigator.canShare = undefined"


@contextlib.contextmanager
def asleep(device) -> Iterator[None]:
    """A phone that sleeps runs nothing. Without a screen no page is ever hidden: what tells one that it is awake is done here.

    See `IMPATIENT`.
    """
    session = device.context.new_cdp_session(device.page)
    session.send("Debugger.enable")
    session.send("Debugger.pause")
    yield
    session.send("Debugger.disable")
    device.page.evaluate("() => { window.impatient = true; }")
    device.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_numbers_keys_neighbours_order_and_names(two_workers, phone):
    """Numbers as people of all languages type them; keys by place and letter; who is ahead; what a host may choose for a mode."""
    ada = phone(two_workers.url)
    ada.open("/")
    ada.see("nickname")
    assert ada.page.evaluate(REASONED) == MADE


def test_a_players_own_way_through_a_self_paced_game(two_workers, phone, host):
    """Two taps and in; skipped, jumped to, dragged and answered by keys; at the end every question again, and a picture."""
    pin = host.ok("create_game", {"quiz": "at-your-own-pace", "mode": "self-paced"})["pin"]
    ada = phone(two_workers.url)
    ada.context.add_init_script(NO_SHARING)
    ada.open(f"/?pin={pin}")
    ada.see("nickname")
    ada.at("roll").click()
    ada.at("join").click()
    ada.see("question")
    ada.at("skip").click()
    expect(ada.page.get_by_role("heading")).to_have_text("Tea or coffee?")
    ada.page.reload()
    expect(ada.page.get_by_role("heading")).to_have_text("Tea or coffee?")
    ada.page.keyboard.press("b")
    ada.says("verdict", "Thanks for your vote")
    ada.at("list").click()
    ada.see("questions")
    assert [ada.at(f"go-q{n}").get_attribute("aria-label") for n in (1, 2, 3)] == [
        "Question 1: skipped",
        "Question 2: answered",
        "Question 3: not answered yet",
    ]
    ada.at("go-q4").click()
    expect(ada.page.get_by_role("heading")).to_have_text("What is a pin for?")
    ada.page.keyboard.press("1")
    ada.says("verdict", "Correct!")
    ada.at("next").click()
    ada.see("question")
    _drag(ada, 0, 2)  # Thirty, below the others
    ada.at("send").click()
    ada.says("verdict", "Correct!")
    ada.at("next").click()
    ada.at("answer-number").fill("3 cm")
    ada.says("no-number", "Only a number, such as 12 or 3.5.")
    expect(ada.at("send")).to_be_disabled()
    ada.at("answer-number").fill("-")
    expect(ada.at("no-number")).to_be_empty()
    ada.at("answer-number").fill("٣٫١٤")
    ada.at("send").click()
    ada.says("verdict", "Correct!")
    ada.at("next").click()
    ada.see("finished")
    with ada.page.expect_download() as kept:
        ada.at("share").click()
    with Image.open(io.BytesIO(kept.value.path().read_bytes())) as picture:
        assert (picture.format, picture.size) == ("PNG", (1080, 1080))
        beside = [picture.convert("RGB").crop((left, 585, left + 60, 695)) for left in (0, 1020)]
        assert max(most for side in beside for _, most in side.getextrema()) < 96  # a long name comes to where only the ground is
        for colour, line in CARD.items():  # name, place, points, title
            assert colour in {found for _, found in picture.convert("RGB").crop(line).getcolors(1 << 20)}, line
    ada.at("look-again").click()
    ada.at("go-q1").click()
    ada.see("review")
    expect(ada.page.get_by_text("Your answer")).to_be_visible()
    ada.at("review-next").click()
    expect(ada.page.get_by_role("heading")).to_have_text("Tea or coffee?")
    ada.at("to-list").click()
    ada.at("back").click()
    ada.see("finished")


def _drag(device, item: int, place: int) -> None:
    """As a finger does: by the grip, past the middle of the item that lies there."""
    grip = device.at(f"grip-{item}").bounding_box()
    there = device.page.locator(".order-item").nth(place).bounding_box()
    mouse = device.page.mouse
    mouse.move(grip["x"] + 8, grip["y"] + grip["height"] / 2)
    mouse.down()
    mouse.move(grip["x"] + 8, there["y"] + there["height"] * 0.8, steps=8)
    mouse.up()


def test_practice_without_a_board_until_a_set_time(two_workers, tunnel, phone, host):
    """The page says until when, shows no ranks, and warns; what was begun is sent, or said to have been too late."""
    ada, ben = phone(two_workers.url), phone(tunnel.url)
    ada.context.add_init_script(TOASTED)
    for device in (ada, ben):
        device.open("/")  # what takes long on a slow machine is done before the time runs
        device.see("nickname")
    options = {"leaderboard": False, "closes_at": round(1000 * time.time()) + 20_000}
    pin = host.ok("create_game", {"quiz": "five-of-a-kind", "mode": "self-paced", "options": options})["pin"]
    ada.ask_in(pin, "Ada")
    ada.see("question")
    ada.says("deadline", "sec")
    ada.at("choice-1").click()
    ada.says("verdict", "Correct!")
    for hidden in ("rank", "board", "ahead"):
        expect(ada.at(hidden)).to_have_count(0)
    _begin(ada, "go-q4", "answer-text", "Paris")
    _begin(ada, "go-q5", "answer-number", "206")
    ben.ask_in(pin, "Ben")
    ben.see("question")
    ben.at("choice-0").click()
    ben.says("verdict", "Not this time")
    _begin(ben, "go-q4", "answer-text", "Paris")
    with asleep(ben):
        host.ok("watch", {"pin": pin})
        host.wait("game", lambda told: told["state"] == "finished")
    ada.see("podium")
    expect(ada.page.get_by_role("heading", name="Well played!")).to_be_visible()
    expect(ada.at("podium")).to_have_count(0)
    assert ada.page.evaluate("window.toasted") == [
        "Less than a minute is left. What you enter is sent by itself when time is up.",
        "10 seconds left",
        "Time is nearly up: what you have entered is sent now.",
    ]
    ada.see("podium").get_by_text("30 points").wait_for()
    for device in (ada, ben):
        device.see("podium")
        device.says("time-is-up", "Time's up")
    expect(ada.at("lost")).to_have_count(0)
    ben.says("lost", "too late")
    ada.at("look-again").click()
    ada.at("go-q2").click()
    ada.see("review")
    expect(ada.page.get_by_text("No answer")).to_be_visible()
    ben.at("look-again").click()
    ben.at("go-q1").click()
    ben.see("review")
    expect(ben.page.locator(".reviewed-choice.is-mine .reviewed-mark")).to_have_text("wrong")


def _begin(device, tile: str, field: str, words: str) -> None:
    """Jumps to a question, and types without sending."""
    device.at("list").click()
    device.at(tile).click()
    device.at(field).fill(words)


def test_a_phone_that_slept(two_workers, tunnel, phone, host):
    """Asleep it misses a question, and the network forgets its connection without a word; awake it is right again by itself, and
    waits for nothing longer than two seconds on the way.
    """
    pin = host.ok("create_game", {"quiz": "two-long-ones", "options": {"countdown_ms": 0, "show_on_phones": False}})["pin"]
    ada = phone(tunnel.url)
    ada.context.add_init_script(IMPATIENT)
    ada.join(pin, "Ada", "qr")
    ada.see("lobby")
    told = ada.context.new_cdp_session(ada.page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in told} <= {"in-incognito"}  # as every page of a test is
    host.ok("start")
    ada.see("question")
    expect(ada.page.get_by_role("heading")).to_have_text("Look at the big screen")
    with asleep(ada):
        tunnel.forget()
        host.ok("close_question")
        for state in ("reveal", "leaderboard"):
            host.ok("next", {"after": "q1", "state": state})
        host.wait("question", lambda question: question["id"] == "q2")
    expect(ada.page.locator(".topbar-progress")).to_contain_text(
        "2 / 2", timeout=15_000
    )  # before a heart that stopped would tell
    expect(ada.reconnecting).to_be_hidden()
    ada.at("choice-1").click()
    ada.says("verdict", "Not this time")


@pytest.mark.timeout(120)
def test_what_was_begun_and_what_was_missed(tunnel, phone, host):
    """An answer after the end is said to be late, with what was right, after a reload too; a pause leaves choices alone."""
    pin = host.ok("create_game", {"quiz": "five-of-a-kind", "options": {"countdown_ms": 0, "auto_close": False}})["pin"]
    ada = phone(tunnel.url)
    ada.forgive("WebSocket")
    ada.join(pin, "Ada", "qr")
    ada.see("lobby")
    host.ok("start")
    ada.see("question")
    tunnel.cut()
    ada.at("choice-1").click()
    ada.see("sent")
    host.ok("close_question")
    tunnel.mend()
    for _ in ("back", "reloaded"):
        ada.see("result", 60_000)
        ada.says("verdict", "Your answer came too late")
        ada.says("right-answer", "Mars")
        ada.page.reload()
    host.ok("next", {"after": "q1", "state": "reveal"})
    host.ok("next", {"after": "q1", "state": "leaderboard"})
    ada.see("question")
    for choice in (1, 3):
        ada.at(f"choice-{choice}").click()
    host.ok("pause")
    ada.see("paused")
    host.ok("resume")
    ada.see("question")
    ada.at("send").click()
    ada.says("sent-status", "Answer sent")
    host.ok("close_question")
    ada.says("verdict", "Correct!")


def test_vibration_and_sound_are_the_players_to_choose(two_workers, phone, host):
    """A phone buzzes unless its owner wants less motion, and makes sounds for who asks for them, after a reload too."""
    pin = host.ok("create_game", {"quiz": "two-long-ones", "mode": "self-paced"})["pin"]
    ada = phone(two_workers.url)
    ada.context.add_init_script(FELT)
    ada.page.emulate_media(reduced_motion="no-preference")
    ada.open("/")
    ada.see("nickname")
    assert ada.page.evaluate(PREFERRED) == {"sound": False, "vibration": True}
    ada.page.emulate_media(reduced_motion="reduce")
    ada.join(pin, "Ada", "qr")
    ada.see("question")
    ada.at("menu").click()
    for kind in ("sound", "vibration"):
        expect(ada.at(kind)).not_to_be_checked()
    ada.at("vibration").check()
    ada.page.keyboard.press("Escape")
    ada.at("choice-0").click()
    ada.says("verdict", "Correct!")
    ada.page.wait_for_function("() => felt.length >= 2")
    ada.at("menu").click()
    ada.at("vibration").uncheck()
    ada.at("sound").check()
    ada.page.wait_for_function("() => felt.length >= 4")
    assert ada.page.evaluate("felt") == ["buzz 60", "buzz 40,60,90", "tone 523", "tone 784"]
    ada.page.reload()
    ada.at("menu").click()
    expect(ada.at("sound")).to_be_checked()
    expect(ada.at("vibration")).not_to_be_checked()
    ada.page.keyboard.press("Escape")
    ada.at("next").click()
    ada.at("choice-1").click()
    ada.says("verdict", "Not this time")
    ada.page.wait_for_function("() => felt.includes('tone 196')")
    felt = ada.page.evaluate("felt")  # of a finger that is there before the old result is, that one is heard again
    assert felt[-2:] == ["tone 247", "tone 196"]
    assert "buzz" not in " ".join(felt)


def _without_questions(page) -> None:
    """They come so late that the page asks for them."""
    server = page.connect_to_server()
    server.on_message(lambda said: None if said.startswith('42["question"') else page.send(said))


def test_what_is_read_out_is_what_has_changed(two_workers, phone, host):
    """Each screen's news once; no seconds, no boards, nothing of what others do, nor of the last question once it is over."""
    options = {"countdown_ms": 0, "scoring": "flat", "auto_close": False}
    pin = host.ok("create_game", {"quiz": "two-long-ones", "options": options})["pin"]
    ada, ben = phone(two_workers.url), Client(two_workers.url)
    ada.context.add_init_script(READ_OUT)
    ada.page.route_web_socket("**/socket.io/*", _without_questions)
    ada.join(pin, "Ada", "qr")
    ada.see("lobby")
    ben.ok("join", {"pin": pin, "nickname": "Ben"})
    host.ok("start")
    ada.answer("single", 0)
    ada.says("said", "Answer sent")
    ben.ok("submit_answer", {"question": "q1", "answer": 0})
    host.ok("close_question")
    ada.says("said", "Correct!")
    ben.close()
    host.ok("next", {"after": "q1", "state": "reveal"})
    ada.see("leaderboard")
    ada.says("said", "1st")
    host.ok("next", {"after": "q1", "state": "leaderboard"})
    ada.see("question")
    host.ok("pause")
    ada.says("said", "Paused")
    said = ada.page.evaluate("readOut")
    if "Sending…" in said:  # which is fast as a rule
        said.remove("Sending…")
    assert said == [
        "Two long ones You're in! Ada See your name up there?",
        "Answer sent Waiting for the others",
        "Correct! +1,000",
        "1st of 2 · 1,000 points You are in the lead",
        "Paused The host will go on in a moment. Your time is kept.",
    ]

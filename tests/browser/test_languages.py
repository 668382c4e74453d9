"""Pages in other languages: from right to left, numbers and plurals as the language has them, a menu that is remembered."""

from __future__ import annotations

import re

from playwright.sync_api import expect

#: What the module that the pages use makes of a text that no catalogue has, of names, numbers, moments and lists.
WRITTEN = """async () => {
    const { t, tn, number, moment, listed } = await import("/static/js/text.js");
    const { inWords } = await import("/static/js/question.js");
    return [
        t("Nobody translates this, {name}", { name: "Ada" }),
        tn("{count} game is lost", "{count} games are lost", 1),
        tn("{count} second left", "{count} seconds left", 2),
        tn("{count} second left", "{count} seconds left", 3),
        tn("{count} second left", "{count} seconds left", 11),
        number(1234.5),
        moment(Date.UTC(2026, 10, 26, 12), { dateStyle: "long", timeZone: "UTC" }),
        listed(["Ada", "Ben"]),
        inWords({ type: "multiple", choices: [{ id: 0, text: "أ" }, { id: 1, text: "ب" }] }, [0, 1]),
    ];
}"""
#: A comma or a point before three digits is what it is where the reader lives; what the editor shows it reads again.
TYPED = """async () => {
    const { parseNumber, typedNumber } = await import("/static/js/player/number_text.js");
    return [parseNumber("1,125"), parseNumber("1.125"), typedNumber(1.125), parseNumber(typedNumber(1.125))];
}"""

#: A text's figures and signs, from the left to the right as they are seen.
SEEN = """(one) => {
    const seen = [], texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (texts.nextNode()) {
        for (let place = 0; place < texts.currentNode.length; place += 1) {
            range.setStart(texts.currentNode, place);
            range.setEnd(texts.currentNode, place + 1);
            if (/[-0-9+×/]/.test(range.toString())) seen.push([range.getBoundingClientRect().left, range.toString()]);
        }
    }
    return seen.sort(([left], [other]) => left - other).map(([, sign]) => sign).join("");
}"""


def _direction(device) -> tuple[str, str]:
    root = device.page.locator("html")
    return root.get_attribute("lang"), root.evaluate("root => getComputedStyle(root).direction")


def _in_one_row(screen, width: int) -> None:
    """The bar on top of a host's page."""
    screen.page.set_viewport_size({"width": width, "height": 800})
    tops = screen.page.locator(".desk-bar > .button").evaluate_all("all => all.map((one) => one.offsetTop)")
    assert len(set(tops)) == 1 < len(tops), tops


def test_a_game_in_arabic(one_worker, projector, phone):
    """The host's language is the projector's alone; a player's is what their browser asks for, until they choose another."""
    screen = projector(one_worker.url)
    screen.sign_in()
    screen.at("page-language").select_option("de")
    screen.see("desk")
    expect(screen.page.locator("#quizzes")).to_have_text("Quizze")
    _in_one_row(screen, 768)
    pin = screen.begin("two-long-ones", countdown_ms="0")
    screen.see("lobby")
    assert _direction(screen) == ("de", "ltr")
    assert screen.page.evaluate(TYPED) == [1.125, 1125, "1,125", 1.125]

    ada = phone(one_worker.url, locale="ar-IQ")  # writes other digits, and other months than most
    ada.join(pin, "Ada", "qr")
    ada.see("lobby")
    assert _direction(ada) == ("ar", "rtl")
    assert ada.page.title() == "الانضمام إلى لعبة"
    expect(ada.page.locator("h1")).to_have_text("أنت في اللعبة!")
    screen.at("start").click()
    ada.see("question")
    expect(ada.page.locator(".question-hint")).to_contain_text("اختيار إجابة واحدة")
    assert ada.page.locator(".topbar-progress").evaluate(SEEN) == "1/2"
    assert ada.page.evaluate(WRITTEN) == [
        "Nobody translates this, \u2068Ada\u2069",
        "1 game is lost",
        "بقيت ثانيتان",
        "بقيت 3 ثوانٍ",
        "بقيت 11 ثانية",
        "1,234.5",
        "26 تشرين الثاني 2026",
        "\u2068Ada\u2069 و\u2068Ben\u2069",
        "أ، ب",
    ]

    ben = phone(one_worker.url, locale="ar-EG")
    ben.open(f"/?pin={pin}")
    ben.see("nickname")
    ben.at("page-language").select_option("vi")
    expect(ben.page.locator("html")).to_have_attribute("lang", "vi")
    ben.open("/")
    assert _direction(ben) == ("vi", "ltr")
    ben.ask_in("".join(chr(0x660 + int(digit)) for digit in pin), "Ada")  # as an Arabic keyboard has them
    ben.says("error", "Trong trò chơi đã có người dùng biệt danh này.")


def test_figures_read_alike_from_right_to_left(one_worker, projector, phone):
    """How far the game is, what was won, how many were right: the part stands before the whole, the sign before the number."""
    screen = projector(one_worker.url)
    screen.come_back()
    pin = screen.begin("two-long-ones", countdown_ms="0")
    screen.at("start").wait_for()
    screen.page.context.add_cookies([{"name": "quiz_language", "value": "ar", "url": one_worker.url}])
    screen.spoilt = True
    screen.page.reload()
    screen.see("lobby")
    ada = phone(one_worker.url, locale="ar")
    ada.join(pin, "Ada", "qr")
    screen.at("start").click()
    ada.answer("single", 0)
    ada.see("result")
    assert re.fullmatch(r"\+[0-9]+", ada.at("points").evaluate(SEEN))
    assert ada.page.locator(".topbar-progress").evaluate(SEEN) == screen.page.locator(".controls-step").evaluate(SEEN) == "1/2"
    screen.at("end").click()
    screen.at("confirm-end").click()
    screen.at("results").click()
    screen.see("result")
    assert screen.at("player").first.locator("td").nth(2).evaluate(SEEN) == "1/1"
    _in_one_row(screen, 360)


def test_language_and_colours_are_changed_in_the_middle_of_an_answer(one_worker, projector, phone):
    """From a player's menu, which stays open and keeps the focus; game, question and what was typed are as they were."""
    screen = projector(one_worker.url)
    screen.come_back()
    pin = screen.begin("five-of-a-kind", "self-paced")
    ada = phone(one_worker.url)
    ada.join(pin, "Ada", "qr")
    ada.answer("single", 1)
    ada.at("next").click()
    ada.see("question")
    ada.at("choice-3").click()
    ada.at("list").click()
    ada.at("go-q4").click()
    ada.at("answer-text").fill("par")
    ada.at("menu").click()
    ada.at("page-language").select_option("ar")
    expect(ada.page.locator("html")).to_have_attribute("lang", "ar")
    ada.see("question")
    expect(ada.at("page-language")).to_be_focused()
    expect(ada.at("answer-text")).to_have_value("par")
    assert ada.score == 10
    ada.at("theme").select_option("dark-contrast")
    assert ada.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    expect(ada.at("answer-text")).to_have_value("par")
    ada.page.keyboard.press("Escape")
    expect(ada.at("menu")).to_be_focused()
    expect(ada.at("theme")).to_be_hidden()
    ada.at("answer-text").press("End")
    ada.page.keyboard.type("is")
    ada.page.keyboard.press("Enter")
    ada.says("verdict", "صحيح")
    ada.at("list").click()
    ada.at("go-q2").click()
    expect(ada.at("choice-3")).to_have_attribute("aria-pressed", "true")

"""Pages in other languages: from right to left, numbers and plurals as the language has them, a menu that is remembered."""

from __future__ import annotations

from playwright.sync_api import expect

#: What the module that the pages use makes of a text that no catalogue has, of names, numbers, moments and lists.
WRITTEN = """async () => {
    const { t, tn, number, moment, listed } = await import("/static/js/text.js");
    return [
        t("Nobody translates this, {name}", { name: "Ada" }),
        tn("{count} game is lost", "{count} games are lost", 1),
        tn("{count} second left", "{count} seconds left", 2),
        tn("{count} second left", "{count} seconds left", 3),
        tn("{count} second left", "{count} seconds left", 11),
        number(1234.5),
        moment(Date.UTC(2026, 10, 26, 12), { dateStyle: "long", timeZone: "UTC" }),
        listed(["Ada", "Ben"]),
    ];
}"""
#: A comma or a point before three digits is what it is where the reader lives; what the editor shows it reads again.
TYPED = """async () => {
    const { parseNumber, typedNumber } = await import("/static/js/player/number_text.js");
    return [parseNumber("1,125"), parseNumber("1.125"), typedNumber(1.125), parseNumber(typedNumber(1.125))];
}"""


def _direction(device) -> tuple[str, str]:
    root = device.page.locator("html")
    return root.get_attribute("lang"), root.evaluate("root => getComputedStyle(root).direction")


def test_a_game_in_arabic(one_worker, projector, phone):
    """The host's language is the projector's alone; a player's is what their browser asks for, until they choose another."""
    screen = projector(one_worker.url)
    screen.sign_in()
    screen.at("page-language").select_option("de")
    screen.see("desk")
    expect(screen.page.locator("#quizzes")).to_have_text("Quizze")
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
    expect(ada.page.locator(".question-hint")).to_contain_text("اختر إجابة واحدة")
    assert ada.page.evaluate(WRITTEN) == [
        "Nobody translates this, \u2068Ada\u2069",
        "1 game is lost",
        "بقيت ثانيتان",
        "بقيت 3 ثوانٍ",
        "بقيت 11 ثانية",
        "1,234.5",
        "26 تشرين الثاني 2026",
        "\u2068Ada\u2069 و\u2068Ben\u2069",
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

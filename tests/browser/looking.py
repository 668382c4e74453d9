"""How a screen is looked at: in each size, theme and language, by axe-core, by a ruler, and as a picture for people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.browser.devices import PHONE, PROJECTOR, Device
from tests.harness.server import ROOT

PICTURES = ROOT / "test-results" / "screens"

SIZES = {"phone": PHONE, "tablet": {"width": 768, "height": 1024}, "projector": PROJECTOR}
#: What is left of them at 200 %; no screen need be narrower than 320 px.
ZOOMED = {
    "phone": {"width": 320, "height": 568},
    "tablet": {"width": 384, "height": 512},
    "projector": {"width": 960, "height": 540},
}
#: What the system asks for.
THEMES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference", "forced_colors": "none"},
    "contrast": {"color_scheme": "light", "contrast": "more", "forced_colors": "none"},
    "contrast-dark": {"color_scheme": "dark", "contrast": "more", "forced_colors": "none"},
    "forced": {"color_scheme": "dark", "contrast": "no-preference", "forced_colors": "active"},
}
#: Theme → one that differs from it in colours alone, so that what fits in the one fits in the other.
SAME_LINES = {"dark": "light", "contrast-dark": "contrast"}
#: WCAG 2.2 A and AA, and what those who made axe think good besides.
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Sizes of what can be pressed, in CSS pixels (WCAG 2.5.8); links in a sentence are as high as its lines.
_TARGETS = """(least) => [...document.querySelectorAll("a, button, input, select, textarea, summary, [role=button]")]
    .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest(".sr-only"))
    .filter((one) => !(one.matches("a, .as-link") && one.closest("p, li, td, th")?.textContent.trim() !== one.textContent.trim()))
    .map((one) => (one.closest("label") ?? one))
    .map((one) => [one.getBoundingClientRect(), one])
    .filter(([box]) => box.width > 0 && (box.height < least - 0.5 || box.width < least - 0.5))
    .map(([box, one]) => `small: ${Math.round(box.width)} x ${Math.round(box.height)}: ${one.outerHTML.slice(0, 120)}`)"""
_TOO_WIDE = """() => [document.documentElement].filter((page) => page.scrollWidth > page.clientWidth)
    .map((page) => `${page.scrollWidth} px wide`)"""
#: Until who listens to the window's size has heard of it.
_DRAWN = """async () => {
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
}"""
#: With colours that hold at once: however short a transition is, they would be the old ones until the next frame.
_HOLD = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, *::before, *::after { transition: none !important; }");
    document.adoptedStyleSheets = [sheet];
}"""
#: Words that are cut off where nothing says so, and those that lie upon each other.
_CUT = """() => [...document.querySelectorAll("button, .tile, .bar-text, h1, h2, h3, p, li, .choice-text, .given")]
    .filter((one) => one.checkVisibility() && !one.closest(".sr-only, .names, .wide-table"))
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && getComputedStyle(one).overflow !== "visible"
        && getComputedStyle(one).textOverflow !== "ellipsis")
    .map((one) => `cut: ${one.outerHTML.slice(0, 120)}`)"""
#: Names that lose their beginning: what is read from the left is cut at the right, on every page.
_BEHEADED = """() => [...document.querySelectorAll("[class*=name], bdi")]
    .filter((one) => getComputedStyle(one).textOverflow === "ellipsis" && one.scrollWidth > one.clientWidth + 1)
    .filter((one) => getComputedStyle(one).direction === "rtl" && /^[^\\p{L}]*\\p{Script=Latin}/u.test(one.textContent))
    .map((one) => `cut at its beginning: ${one.outerHTML.slice(0, 120)}`)"""
#: Votes that can't be compared, since equal ones have bars of different lengths.
_UNEQUAL = """() => [...document.querySelectorAll(".bars")].filter((bars) => {
    const widths = [...bars.querySelectorAll(".bar-track")].map((track) => track.getBoundingClientRect().width);
    return Math.max(...widths) - Math.min(...widths) > 1.5;
}).map((bars) => `bars of different scales: ${bars.outerHTML.slice(0, 120)}`)"""
#: A banner at the top of a page that lies upon what the page says.
_UNDER_BANNER = """() => [...document.querySelectorAll(".banner ~ *")]
    .flatMap((one) => [one, ...one.querySelectorAll(".timebar, .timedisc")])
    .filter((one) => scrollY === 0 && one.checkVisibility() && !one.matches(".sr-only, .toasts, [role=status]"))
    .filter((one) => one.getBoundingClientRect().top < document.querySelector(".banner").getBoundingClientRect().bottom - 0.5)
    .map((one) => `under the banner: ${one.outerHTML.slice(0, 120)}`)"""
#: Words that are no longer than words are, and were broken within, because nobody left them room.
_BROKEN = r"""() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let text; (text = texts.nextNode());) {
        const holder = text.parentElement;
        if (!holder.checkVisibility() || holder.closest("select, textarea")) continue;
        if (getComputedStyle(holder).clipPath !== "none") continue; // only read out
        for (const { 0: word, index } of text.data.matchAll(/[\p{L}\p{M}]+/gu)) {
            if (word.length > 14) continue;
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            const boxes = [...range.getClientRects()];
            if (boxes.some((box) => box.top > boxes[0].top + boxes[0].height / 2)) found.push(`broken: ${word}`);
        }
    }
    return found;
}"""
#: Signs that only a background drew, which the system's own colours have taken away.
_LOST = """() => [...document.querySelectorAll("body :empty")]
    .filter((one) => one instanceof HTMLElement && one.checkVisibility() && !one.matches("input, img, select, textarea, canvas"))
    .filter((one) => {
        const style = getComputedStyle(one), box = one.getBoundingClientRect();
        return box.width > 0 && box.height > 0 && style.backgroundColor === getComputedStyle(document.body).backgroundColor
            && parseFloat(style.borderTopWidth) === 0;
    })
    .map((one) => `lost: ${one.outerHTML.slice(0, 120)}`)"""
#: A player's own row that looks like all others, and what lies over a page without a line around it, where all grounds are alike.
_ALIKE = """() => {
    const look = (one) => ["backgroundColor", "borderTopWidth"].map((name) => getComputedStyle(one)[name]).join();
    const own = [...document.querySelectorAll(".board-row.is-me")].filter((one) =>
        [...one.parentElement.children].some((row) => row !== one && look(row) === look(one)));
    const over = [...document.querySelectorAll("dialog[open], .roster, .menu[open] .menu-sheet, .seldom-list, .banner, .toast")]
        .filter((one) => one.checkVisibility());
    const lines = ({ borderTopWidth, borderBottomWidth, borderRightWidth, borderLeftWidth }) =>
        [borderTopWidth, borderBottomWidth, borderRightWidth, borderLeftWidth].some((width) => parseFloat(width) > 0);
    return [...own.map((one) => `like all others: ${one.outerHTML.slice(0, 120)}`),
        ...over.filter((one) => !lines(getComputedStyle(one))).map((one) => `no edge: ${one.outerHTML.slice(0, 120)}`)];
}"""
#: A host's bar leaves what is shown its room: one row at the desk, on a remote, on projectors and tablets; never over a third of
#: the window.
_BAR = """(rows) => [...document.querySelectorAll(".desk-bar")].flatMap(({ children: [first, ...rest] }) => {
    const floor = first.getBoundingClientRect().bottom;
    const below = rest.filter((one) => one.checkVisibility() && one.getBoundingClientRect().top >= floor);
    return first.checkVisibility() ? below.map((one) => `the desk's bar has a second row: ${one.textContent}`) : [];
}).concat([...document.querySelectorAll(".remote-head")].map((head) => {
    const { firstElementChild: first, lastElementChild: last } = head;
    const room = innerWidth >= 360 && head.querySelector(".provisional").textContent === "";
    return room && last.offsetTop >= first.offsetTop + first.offsetHeight ? "the remote's head has a second row" : "";
})).concat([...document.querySelectorAll(".controls")].map((bar) => {
    const [side, main] = bar.children, height = bar.getBoundingClientRect().height;
    if (rows === 1 && main.offsetTop >= side.offsetTop + side.offsetHeight) return "the bar has two rows";
    return height * 3 > innerHeight ? `the bar is ${Math.round(height)} px high` : "";
})).concat([...document.querySelectorAll(".tile, .bar")].filter((one) => {
    // The last row sees what there is to choose without anybody scrolling; text of twice the size may need it.
    const bar = document.querySelector(".controls");
    return rows === 1 && bar && innerHeight > 900 && one.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
}).map((one) => `under the bar: ${one.textContent}`)).filter(Boolean)"""


#: All of the ruler in one call; `null` for what does not matter. `text` is its size if somebody set one (WCAG 1.4.4).
_RULER = f"""([least, rows, text]) => {{
    const root = document.documentElement;
    root.style.fontSize = text;
    const found = [...({_TOO_WIDE})(), ...({_CUT})(), ...({_BEHEADED})(), ...({_UNDER_BANNER})(), ...({_UNEQUAL})()];
    if (least !== null) found.push(...({_TARGETS})(least), ...({_BROKEN})());
    if (rows !== null) found.push(...({_BAR})(rows));
    root.style.fontSize = "";
    return found;
}}"""
#: Pictures are for eyes, and there are thousands.
_PICTURE: dict[str, Any] = {"type": "jpeg", "quality": 85}


class View(NamedTuple):
    """One way to look: names of `SIZES` and `THEMES`."""

    size: str
    theme: str


ALL = tuple(View(*view) for view in product(SIZES, THEMES))


@cache
def _axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def put(page: Page, view: View) -> None:
    """Has a page look so, as after a turn of the phone or another setting of the system."""
    resize(page, SIZES[view.size])
    colour(page, view.theme)


def resize(page: Page, size: Any) -> None:
    """Has a page look as in a window of another size."""
    page.set_viewport_size(size)
    page.evaluate(_DRAWN)


def colour(page: Page, theme: str) -> None:
    """Has a page look as in one of `THEMES`; bars that have to fit hear of its borders some frames later."""
    page.emulate_media(**THEMES[theme], reduced_motion="reduce")
    page.evaluate(_DRAWN)


def look(name: str, device: Device, language: str, views: Iterable[View] = ALL, picture: bool = True) -> list[str]:
    """What is wrong with a screen; its pictures, one for each view, are in `PICTURES`.

    What takes long is done no more often than it can tell something new: a page has its sizes one after the other, and its themes
    in each; most of axe's rules see no colours, and need only one theme of a size.
    """
    page, before = device.page, device.page.viewport_size
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    page.evaluate(_HOLD)
    themes: dict[str, list[str]] = {}
    for view in views:
        themes.setdefault(view.size, []).append(view.theme)
    found = [f"{name} {flaw}" for size in themes for flaw in _look(name, page, language, size, themes[size], picture)]
    page.evaluate("document.adoptedStyleSheets = []")
    colour(page, "light")
    resize(page, before)
    return found


def _look(name: str, page: Page, language: str, size: str, themes: list[str], picture: bool) -> list[str]:
    found: list[str] = []

    def tell(theme: str, flaws: Iterable[str]) -> None:
        found.extend(f"{size} {theme} {language}: {flaw}" for flaw in flaws)

    resize(page, SIZES[size])
    for theme in themes:
        colour(page, theme)
        tell(theme, _measured(page, size))
        tell(theme, page.evaluate(_ALIKE))
        tell(theme, _inaccessible(page, theme, colours_alone=theme != themes[0]))
        if theme == "forced":
            tell(theme, page.evaluate(_LOST))
        if picture:
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}-{size}-{theme}-{language}.jpg", **_PICTURE)
    resize(page, ZOOMED[size])
    for theme in themes:
        if SAME_LINES.get(theme) in themes:
            continue
        colour(page, theme)
        tell(theme, (f"{flaw} at 200 %" for flaw in page.evaluate(_RULER, [None, 2, ""])))
    return found


def _measured(page: Page, size: str) -> list[str]:
    """What the ruler says; on phones of players also of text of twice the size, which they set apart from the rest."""
    least, rows = (44, 2) if size == "phone" else (24, 1)
    found: list[str] = page.evaluate(_RULER, [least, rows, ""])
    if size == "phone" and page.locator(".page-player").count():
        found += [f"{flaw} with text of twice the size" for flaw in page.evaluate(_RULER, [None, None, "200%"])]
    return found


def _inaccessible(page: Page, theme: str, colours_alone: bool = False) -> list[str]:
    """What axe-core finds. The system's own colours can't be wrong, and axe does not see them."""
    colours = theme != "forced"
    if colours_alone and not colours:
        return []
    run: dict[str, Any] = {"runOnly": ["color-contrast"]}
    if not colours_alone:
        rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": colours}}
        run = {"runOnly": {"type": "tag", "values": STANDARDS}, "rules": rules}
    found = _told(page, run)
    if any(map(_obscured, found)):
        # What a bar lies upon can be scrolled from under it, unless something lies upon it at the page's other end too.
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        beyond = _told(page, {"runOnly": ["target-size"]})
        page.evaluate("scrollTo(0, 0)")
        left = {_element(one) for one in beyond if _obscured(one)}
        found = [one for one in found if not _obscured(one) or _element(one) in left]
    return found


def _told(page: Page, run: dict[str, Any]) -> list[str]:
    told = page.evaluate(f"axe.run(document, {json.dumps({**run, 'resultTypes': ['violations']})})")["violations"]
    return [f"{one['id']}: {_words(node)}" for one in told for node in one["nodes"]]


def _obscured(flaw: str) -> bool:
    return flaw.startswith("target-size") and "obscured" in flaw


def _element(flaw: str) -> str:
    return flaw.partition(" (")[0]


def _words(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return f"{node['html'][:120]} ({'; '.join(check['message'] for check in checks)[:200]})"

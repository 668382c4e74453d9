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
#: WCAG 2.2 A and AA, and what those who made axe think good besides.
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Sizes of what can be pressed, in CSS pixels (WCAG 2.5.8); links in a sentence are as high as its lines.
_TARGETS = """(least) => [...document.querySelectorAll("a, button, input, select, textarea, summary, [role=button]")]
    .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest(".sr-only"))
    .filter((one) => !(one.matches("a, .as-link") && one.closest("p, li, td, th")?.textContent.trim() !== one.textContent.trim()))
    .map((one) => (one.closest("label") ?? one))
    .map((one) => [one.getBoundingClientRect(), one])
    .filter(([box]) => box.width > 0 && (box.height < least - 0.5 || box.width < least - 0.5))
    .map(([box, one]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${one.outerHTML.slice(0, 120)}`)"""
_WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
#: Until who listens to the window's size has heard of it.
_DRAWN = """async () => {
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
}"""
#: As somebody sets it in the browser (WCAG 1.4.4).
_TEXT = "(size) => { document.documentElement.style.fontSize = size; }"
#: Words that are cut off where nothing says so, and those that lie upon each other.
_CUT = """() => [...document.querySelectorAll("button, .tile, .bar-text, h1, h2, h3, p, li, .choice-text, .given")]
    .filter((one) => one.checkVisibility() && !one.closest(".sr-only, .names, .wide-table"))
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && getComputedStyle(one).overflow !== "visible"
        && getComputedStyle(one).textOverflow !== "ellipsis")
    .map((one) => `cut: ${one.outerHTML.slice(0, 120)}`)"""
#: The host's bar leaves what is shown its room: one row on a projector, never more than a third of the window.
_BAR = """(rows) => [...document.querySelectorAll(".controls")].map((bar) => {
    const [side, main] = bar.children, height = bar.getBoundingClientRect().height;
    if (rows === 1 && main.offsetTop >= side.offsetTop + side.offsetHeight) return "the bar has two rows";
    return height * 3 > innerHeight ? `the bar is ${Math.round(height)} px high` : "";
}).filter(Boolean)"""


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
    page.set_viewport_size(SIZES[view.size])  # type: ignore[arg-type]
    page.emulate_media(**THEMES[view.theme], reduced_motion="reduce")
    page.evaluate(_DRAWN)


def look(name: str, device: Device, language: str, views: Iterable[View] = ALL, picture: bool = True) -> list[str]:
    """What is wrong with a screen; its pictures, one for each view, are in `PICTURES`."""
    page, found = device.page, []
    for view in views:
        put(page, view)
        told = f"{name} {view.size} {view.theme} {language}"
        found += [f"{told}: {one}" for one in wrong(page, view)]
        if picture:
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}-{view.size}-{view.theme}-{language}.png")
    return found


def wrong(page: Page, view: View) -> list[str]:
    """What axe and the ruler say of a page as it is."""
    found = _too_wide(page)
    found += [f"small: {one}" for one in page.evaluate(_TARGETS, 44 if view.size == "phone" else 24)]
    found += page.evaluate(_CUT) + page.evaluate(_BAR, 1 if view.size == "projector" else 2)
    return found + [f"{one} with text of twice the size" for one in _enlarged(page, view)] + inaccessible(page, view.theme)


def _enlarged(page: Page, view: View) -> list[str]:
    """By zooming in (WCAG 1.4.4, 1.4.10), and on phones of players by their own setting for text too."""
    page.set_viewport_size(ZOOMED[view.size])  # type: ignore[arg-type]
    page.evaluate(_DRAWN)
    found = _too_wide(page) + page.evaluate(_BAR, 2)
    page.set_viewport_size(SIZES[view.size])  # type: ignore[arg-type]
    page.evaluate(_DRAWN)
    if view.size == "phone" and page.locator(".page-player").count():
        page.evaluate(_TEXT, "200%")
        found += _too_wide(page) + page.evaluate(_CUT)
        page.evaluate(_TEXT, "")
    return found


def _too_wide(page: Page) -> list[str]:
    content, window = page.evaluate(_WIDTHS)
    return [f"{content} px wide"] if content > window else []


def inaccessible(page: Page, theme: str) -> list[str]:
    """What axe-core finds. The system's own colours can't be wrong, and axe does not see them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": theme != "forced"}}
    options = {"runOnly": {"type": "tag", "values": STANDARDS}, "rules": rules, "resultTypes": ["violations"]}
    told = page.evaluate(f"axe.run(document, {json.dumps(options)})")["violations"]
    return [f"{one['id']}: {_words(node)}" for one in told for node in one["nodes"]]


def _words(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return f"{node['html'][:120]} ({'; '.join(check['message'] for check in checks)[:200]})"

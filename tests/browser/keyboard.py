"""Somebody who has only a keyboard, and must see where it is."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.devices import Device

_MOST_TABS = 80
#: What has the focus: its name for tests, and what is wrong with how it shows that.
_FOCUSED = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const seen = one.closest("label") ?? one;
    const there = (part) => document.elementFromPoint(box.x + box.width / 2, box.y + box.height * part);
    const shows = (part) => there(part) && (seen.contains(there(part)) || there(part).contains(seen));
    const barred = (part) => {
        for (let over = there(part); over && !over.contains(seen); over = over.parentElement) {
            if (over.matches("[role=status]")) return false; // a notice, which goes away by itself
            if (["fixed", "sticky"].includes(getComputedStyle(over).position)) return true;
        }
        return false;
    };
    const parts = [0.1, 0.5, 0.9];
    const flaws = [
        [one === document.body || one.matches("[tabindex='-1']"), "nothing has the focus"],
        [parseFloat(style.outlineWidth) < 2 || style.outlineStyle === "none", "no outline"],
        [!parts.some(shows), "something lies over it"],
        [box.height < innerHeight / 2 && parts.some(barred), "a bar lies over a part of it"],
    ];
    return [one.dataset.testid ?? "", one.outerHTML.slice(0, 100), flaws.filter(([is]) => is).map(([, words]) => words)];
}"""


#: Marks what has the focus; whether it had been left already, as fields of several parts are not. And: what was never marked of
#: all that can be used.
_MARK = """() => {
    const one = document.activeElement, again = one.dataset.reached === "before";
    document.querySelectorAll("[data-reached=now]").forEach((left) => { left.dataset.reached = "before"; });
    one.dataset.reached = "now";
    return again;
}"""
_MISSED = """() => {
    const all = (document.querySelector("dialog:modal") ?? document).querySelectorAll(
        "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex='0']");
    const left = [...all].filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0)
        .filter((one) => !("reached" in one.dataset) && !one.closest("[inert]"))
        .filter((one) => one.type !== "radio"); // of those, one is reached for all
    document.querySelectorAll("[data-reached]").forEach((one) => { delete one.dataset.reached; });
    return left.map((one) => one.outerHTML.slice(0, 120));
}"""


class Keyboard:
    """Of one device. Nothing here touches a pointer."""

    def __init__(self, device: Device) -> None:
        self._device, self._page = device, device.page

    def to(self, name: str) -> None:
        """Tabs until what carries this `data-testid` has the focus; on the way the focus is always to be seen."""
        self._device.at(name).first.wait_for()
        for presses in range(_MOST_TABS):
            testid, element, flaws = self._page.evaluate(_FOCUSED)
            if presses and element.startswith("<body"):
                flaws = []  # the browser's own buttons come next
            assert presses == 0 or not flaws, f"{flaws}: {element}"
            if testid == name and not flaws:
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"no way to {name} by Tab")

    def press(self, name: str, key: str = "Enter") -> None:
        """What carries this `data-testid`, as soon as it can be."""
        expect(self._device.at(name).first).to_be_enabled()
        self.to(name)
        self._page.keyboard.press(key)

    def type(self, name: str, text: str) -> None:
        """Into what carries this `data-testid`."""
        self.to(name)
        self._page.keyboard.type(text)

    def missed(self) -> list[str]:
        """What Tab does not come to on this screen, and where it can't be seen that it has."""
        found = []
        for _ in range(4 * _MOST_TABS):
            self._page.keyboard.press("Tab")
            _, element, flaws = self._page.evaluate(_FOCUSED)
            if self._page.evaluate(_MARK):
                break
            if not element.startswith("<body"):  # the browser's own buttons come there, and then the page's beginning
                found += [f"{one}: {element}" for one in flaws]
        return found + [f"not reached: {one}" for one in self._page.evaluate(_MISSED)]

    def answer(self, kind: str, value: Any) -> None:
        """The open question."""
        self._device.see("question")
        if kind in ("single", "poll"):
            self.press(f"choice-{value}")
        elif kind == "true_false":
            self.press(f"choice-{str(value).lower()}", "Space")
        else:
            for choice in value if kind == "multiple" else ():
                self.press(f"choice-{choice}", "Space")
            if kind in ("text", "number"):
                self.type(f"answer-{kind}", str(value))
            if kind == "order":
                self._arrange(value)
            self.press("send")

    def _arrange(self, wanted: list[int]) -> None:
        items = self._page.locator(".order-item")
        for place, choice in enumerate(wanted):
            while items.nth(place).get_attribute("data-testid") != f"choice-{choice}":
                self.press(f"up-{choice}")

"""The colours that somebody chose for the pages. A cookie keeps the choice, so that a page comes in them and never flashes.

Without a choice, and as far as it leaves open, the system's own wishes decide: `prefers-color-scheme`, `prefers-contrast`.
`js/themes.js` changes a page that is there already by the same rules (docs/decisions/0028).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request

COOKIE = "quiz_theme"


@dataclass(frozen=True)
class Theme:
    """`name` is what the cookie holds; `dark` and `contrast` are the media for which those style sheets are applied."""

    name: str
    dark: str
    contrast: str


SYSTEM = Theme("system", "(prefers-color-scheme: dark)", "(prefers-contrast: more)")
CHOSEN = {
    name: Theme(name, "all" if name.startswith("dark") else "not all", "all" if name.endswith("contrast") else SYSTEM.contrast)
    for name in ("light", "dark", "light-contrast", "dark-contrast")
}


def register(app: Flask) -> None:
    """Gives every template its `theme`."""
    app.context_processor(lambda: {"theme": CHOSEN.get(request.cookies.get(COOKIE, ""), SYSTEM)})

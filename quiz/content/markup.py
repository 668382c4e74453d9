"""HTML as the text that a reader would see."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Elements after which a line ends, and those whose content nobody sees.
_LINES = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"})
_HIDDEN = frozenset({"script", "style"})
_TAG = re.compile(r"</?(?:b|i|u|br|p|div|span|img|em|strong|sub|sup|ul|ol|li|a|font|code)\b[^<>]*>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\xa0]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
#: Longer than whatever fits into a quiz, and short enough for a parser that may take the square of the length.
MAX_HTML = 20_000


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.images: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "img":
            self.images.append(dict(attrs).get("src") or "")
        elif tag in _LINES:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _LINES:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            # Breaks that are written in HTML mean spaces.
            self.parts.append(_SPACES.sub(" ", data))


def text_of(html: str) -> tuple[str, list[str]]:
    """The text of `html` with its line breaks, and the addresses of its images; what is longer than `MAX_HTML` stays as it is."""
    if len(html) > MAX_HTML:
        return html, []
    if "<" not in html and "&" not in html:
        return _SPACES.sub(" ", html).strip(), []
    reader = _Text()
    reader.feed(html)
    reader.close()
    return _BREAKS.sub("\n", "".join(reader.parts)).strip(), reader.images


def has_tags(text: str) -> bool:
    """Whether `text` is written in HTML as far as one can tell."""
    return _TAG.search(text) is not None

"""The pages make a site whose links all lead somewhere, and which loads nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from urllib.parse import unquote

from tests.harness.server import ROOT

LOADED = re.compile(r'<(?:link|script|img|iframe|source)\b[^>]*?\b(?:href|src)="?([^"\s>]+)')
LINKED = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')


def test_all_pages_build_into_a_site_without_a_broken_link_and_without_anything_from_elsewhere():
    """`make docs` builds strictly: pages and anchors exist. Other files that pages link to are there too."""
    built = subprocess.run(
        [sys.executable, ROOT / "scripts/site", "pages"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    pages = [page for page in (ROOT / "site/html").rglob("*.html") if page.name != "404.html"]  # whose links are absolute
    assert len(pages) > 20
    for page in pages:
        html = page.read_text()
        for target in LOADED.findall(html):
            assert target.startswith("data:") or not re.match(r"[a-z]+:|//", target), f"{page} loads {target}"
        for target in LINKED.findall(html):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / unquote(target)).exists(), f"{page}: {target} leads nowhere"

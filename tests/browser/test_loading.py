"""Pages come in few and small pieces, which a browser fetches once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.loading import load

#: What the first visit to a page may weigh, in bytes on the wire.
MOST = 150_000


@pytest.mark.parametrize(("path", "control"), [("/", "nickname"), ("/host", "host-name")])
def test_a_page_weighs_little_and_what_it_loads_is_kept_for_good(one_worker, browser, path, control):
    """One script, compressed, from this server alone, and the second visit fetches the page itself and no more."""
    seen = load(browser, one_worker.url, path, control, throttled=False, visits=1)
    assert seen.bytes < MOST, seen
    kinds = [response["type"] for response in seen.responses]
    assert (kinds.count("Document"), kinds.count("Script")) == (1, 1), kinds
    for response in seen.responses:
        assert response["url"].startswith(one_worker.url + "/")
        headers = {name.lower(): value for name, value in response["headers"].items()}
        if response["type"] in ("Script", "Stylesheet"):
            assert "immutable" in headers["cache-control"], response["url"]
            assert headers["content-encoding"] in ("br", "gzip"), response["url"]
    again = load(browser, one_worker.url, path, control, throttled=False, visits=2)
    assert again.bytes < MOST / 20, again


def test_a_signed_in_host_waits_for_one_answer_and_no_more(one_worker, projector):
    """Who it is comes with the page, which asks for games and quizzes before its script is there; the script takes what came."""
    screen = projector(one_worker.url)
    screen.come_back()
    screen.spoilt = True
    screen.page.add_init_script("setInterval = () => 0")  # without what is asked for again later
    asked: list[str] = []
    screen.page.on("request", lambda request: "/api/v1/" in request.url and asked.append(request.url.partition("/api/v1/")[2]))
    screen.page.reload()
    expect(screen.at("live-five-of-a-kind")).to_be_visible()
    assert sorted(asked) == ["drafts", "games", "quizzes?limit=60", "tags?"]
    head = screen.page.request.get(f"{one_worker.url}/host").text()
    assert all(f'rel="preload" as="fetch" href="/api/v1/{path}"' in head for path in asked)

"""Pages come in few and small pieces, which a browser fetches once."""

from __future__ import annotations

import pytest

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
    """Who it is comes with the page; games and quizzes are asked for at once, not one behind the other."""
    screen = projector(one_worker.url)
    screen.come_back()
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    screen.spoilt = True
    screen.page.route("**/api/v1/games", lambda route: None)  # never answered
    with screen.page.expect_response("**/api/v1/quizzes?*"):
        screen.page.reload()
    assert not [url for url in asked if url.endswith("/api/v1/session")]

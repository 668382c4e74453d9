"""Hosts bring quizzes from files."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

MISTAKEN = """question,type,choice_1,choice_2,correct
2 + 2?,single,3,4,2
3 + 3?,single,6,7,9
,single,1,2,1
The sum of 4 and 5?,number,,,nine
Is 1 odd?,true_false,,,true
"""


@pytest.mark.parametrize("size", [pytest.param((1280, 800), marks=pytest.mark.long), (768, 1024)])
def test_a_file_with_mistakes_is_corrected_and_accepted(one_worker, projector, size):
    """Each row says what was understood and why not; what is corrected comes along, the rest is skipped only if asked for."""
    host = projector(one_worker.url)
    host.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    host.come_back()
    host.at("import").click()
    host.see("import")
    data = host.page.evaluate_handle(
        "text => { const data = new DataTransfer(); data.items.add(new File([text], 'Sums.csv')); return data; }", MISTAKEN
    )
    host.at("drop").dispatch_event("drop", {"dataTransfer": data})
    host.says("found", "2 questions understood, 3 not")
    expect(host.at("rows").locator(".import-place")).to_have_text([f"Line {number}" for number in range(2, 7)])
    host.says("row-line-2", "One right choice: 4")
    host.says("row-line-3", "There is no choice \u20689\u2069")
    host.says("row-line-4", "is missing")
    host.says("row-line-5", "is no number")
    expect(host.at("accept")).to_be_disabled()

    row = host.at("row-line-3")
    row.get_by_test_id("correct").click()
    expect(row.get_by_test_id("choice-text-1")).to_have_value("7")
    row.get_by_test_id("right-0").check()
    host.says("row-line-3", "corrected")
    row = host.at("row-line-5")
    row.get_by_test_id("correct").click()
    row.get_by_test_id("number").fill("9")
    host.says("row-line-5", "corrected")
    host.fits()
    expect(host.at("accept")).to_be_disabled()  # all or nothing
    host.at("skip").check()
    host.says("row-line-4", "skipped")
    host.at("title").fill("Small sums")
    host.at("accept").click()
    host.see("editor")
    expect(host.at("questions").locator(".list-text")).to_have_text(["2 + 2?", "3 + 3?", "The sum of 4 and 5?", "Is 1 odd?"])
    expect(host.at("title")).to_have_value("Small sums")


def test_a_file_that_cannot_be_read_says_why(one_worker, projector):
    """And another one can be tried at once."""
    host = projector(one_worker.url)
    host.come_back()
    host.open("/host/import")
    host.at("file").set_input_files({"name": "Sums.csv", "mimeType": "text/csv", "buffer": b"colour,size\nred,1\n"})
    host.says("general", "There is no column \u2068question\u2069")
    expect(host.at("accept")).to_have_count(0)
    host.at("file").set_input_files(
        {"name": "Sums.json", "mimeType": "", "buffer": b'{"questions": [{"text": "\\ud800", "choices": 1}]}'}
    )
    host.says("found", "0 questions understood, 1 not")
    host.says("row-question-1", "not understood")

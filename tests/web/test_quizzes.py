"""Quizzes over HTTP, as an editor uses it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.desk import ADMIN, QUESTION, QUIZ, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_quiz_is_made_changed_and_read_by_its_version(desk: Desk):
    """What is got can be sent back; each save gives a new entity tag, and who knows it is told that nothing changed."""
    made = desk.ask("ann", "POST", "/quizzes", 201, json={**QUIZ, "tags": ["Maths", "maths ", "easy"]})
    assert made.headers["Location"] == "/api/v1/quizzes/sums"
    assert (made.json["slug"], made.json["owner"], made.json["tags"]) == ("sums", "ann", ["Maths", "easy"])
    assert made.headers["ETag"] == f'"{made.json["version"]}"'
    known = {"If-None-Match": made.headers["ETag"]}
    assert desk.ask("ann", "GET", "/quizzes/sums", 304, headers=known).data == b""
    saved = desk.ask("ann", "PUT", "/quizzes/sums", version=made.json["version"], json={**made.json, "title": "Adding"})
    assert (saved.json["title"], saved.json["slug"], saved.json["questions"]) == ("Adding", "sums", made.json["questions"])
    assert saved.json["version"] > made.json["version"]
    assert desk.ask("ann", "GET", "/quizzes/sums", headers=known).json == saved.json
    assert saved.json["updated_by"] == "ann"


def test_nothing_is_overwritten_silently(desk: Desk):
    """Without a version, or with an old one, a change is refused, and says whose the newest is; a proxy's weak tag counts."""
    old = desk.make()["version"]
    new = desk.ask(ADMIN, "PUT", "/quizzes/sums?owner=ann", version=f'W/"{old}"', json=QUIZ).json["version"]
    for method, body in (("PUT", {"json": {**QUIZ, "title": "Mine"}}), ("DELETE", {})):
        assert desk.ask("ann", method, "/quizzes/sums", 428, **body).json["code"] == "version_required"
        for version in (old, "other", f'"{old}", "{new}"'):
            status = 400 if "," in str(version) else 412
            refused = desk.ask("ann", method, "/quizzes/sums", status, version=version, **body).json
        refused = desk.ask("ann", method, "/quizzes/sums", 412, version=old, **body).json
        assert (refused["code"], refused["version"], refused["updated_by"]) == ("version_conflict", new, ADMIN)
    assert desk.titles() == ["Sums"]
    desk.ask("ann", "PUT", "/quizzes/sums", version="*", json={**QUIZ, "title": "Mine"})
    assert desk.titles() == ["Mine"]
    desk.ask("ann", "PUT", "/quizzes/none", 404, version="*", json=QUIZ)


def test_what_is_wrong_is_told_by_path(desk: Desk):
    """All of it at once, the same while typing and when saving."""
    broken: Any = {
        "title": " ",
        "tags": ["x" * 41],
        "questions": [
            {**QUESTION, "text": "", "time_limit": 0},
            {**QUESTION, "id": "q1", "choices": ["a", {"text": "", "image": "javascript:x"}]},
            {**QUESTION, "id": "q3", "type": "essay"},
            {**QUESTION, "correct": 7, "image_alt": 5},
            7,
            {**QUESTION, "id": "q1"},
            {**QUESTION, "id": "q1"},
        ],
    }
    problems = {one["path"]: one["reason"] for one in desk.ask("ann", "POST", "/quizzes/check", json=broken).json["problems"]}
    assert problems.keys() == {
        "/title",
        "/tags",
        "/questions/0/text",
        "/questions/0/time_limit",
        "/questions/1/choices/1/text",
        "/questions/1/choices/1/image",
        "/questions/2/type",
        "/questions/3/correct",
        "/questions/3/image_alt",
        "/questions/4",
        "/questions/6/id",
    }
    assert problems["/title"] == problems["/questions/0/text"] == "is missing"
    refused = desk.ask("ann", "POST", "/quizzes", 400, json=broken).json
    assert refused["code"] == "invalid_quiz"
    assert {one["path"] for one in refused["problems"]} == problems.keys()
    assert desk.ask("ann", "POST", "/quizzes/check", json=QUIZ).json == {"problems": []}
    empty = desk.ask("ann", "POST", "/quizzes/check", json={"title": "A", "questions": []}).json["problems"]
    assert [one["path"] for one in empty] == ["/questions"]
    for data in (b"{", b"[]", b"\xff", b"[" * 2000):
        desk.ask("ann", "POST", "/quizzes/check", 400, data=data)
    assert desk.titles() == []


def test_a_deleted_quiz_can_be_brought_back(desk: Desk):
    """As it was; under another slug if a new one has taken its place."""
    made = desk.make()
    desk.ask("ann", "DELETE", "/quizzes/sums", 204, version=made["version"])
    desk.ask("ann", "GET", "/quizzes/sums", 404)
    told = desk.ask("ann", "GET", "/deleted-quizzes").json
    [gone] = told["quizzes"]
    assert told["kept_days"] == 30
    assert (gone["slug"], gone["editable"], gone["deleted_at"] > made["updated_at"]) == ("sums", True, True)
    back = desk.ask("ann", "POST", "/quizzes/sums/restore", 201).json
    assert (back["slug"], back["questions"], back["version"] > made["version"]) == ("sums", made["questions"], True)
    desk.ask("ann", "POST", "/quizzes/sums/restore", 404)
    desk.ask("ann", "DELETE", "/quizzes/sums", 204, version="*")
    desk.make(title="sums")
    assert desk.ask("ann", "POST", "/quizzes/sums/restore", 201).json["slug"] == "sums-2"
    assert sorted(desk.titles()) == ["Sums", "sums"]
    assert desk.ask("ann", "GET", "/deleted-quizzes").json["quizzes"] == []


def test_copies_and_namesakes_get_names_of_their_own(desk: Desk):
    """A shared quiz is copied to one's own shelf; a title that is taken gets a number."""
    desk.ask(ADMIN, "POST", "/quizzes?shared=true", 201, json=QUIZ)
    copy = desk.ask("ann", "POST", "/quizzes/sums/duplicate", 201).json
    assert (copy["slug"], copy["title"], copy["owner"]) == ("sums-copy", "Sums (copy)", "ann")
    assert desk.ask("ann", "POST", "/quizzes/sums/duplicate", 201, json={"title": "More"}).json["slug"] == "more"
    assert [desk.make()["slug"] for _ in range(3)] == ["sums", "sums-2", "sums-3"]
    desk.ask("ann", "POST", "/quizzes/sums/duplicate", 400, json={"title": ""})
    long = desk.make(title="x" * 200)
    assert len(desk.ask("ann", "POST", f"/quizzes/{long['slug']}/duplicate", 201).json["title"]) == 200


def test_lists_are_searched_by_words_and_tags_and_come_in_pages(desk: Desk):
    """Own before shared under one slug; the pages together are the list; a list that is known is not sent again."""
    desk.ask(ADMIN, "POST", "/quizzes?shared=true", 201, json={**QUIZ, "tags": ["shared"]})
    desk.ask(ADMIN, "POST", "/quizzes?shared=true", 201, json={**QUIZ, "title": "Zebras", "tags": ["Animals"]})
    desk.make(title="sums", description="ADDING up", tags=["Maths"])
    desk.make(title="Ölwechsel", tags=["maths", "Cars"])
    assert desk.titles() == ["sums", "Zebras", "Ölwechsel"]
    assert desk.titles(asked="?q=adding%20SUMS") == ["sums"]
    assert desk.titles(asked="?q=%C3%B6lw") == ["Ölwechsel"]
    assert desk.titles(asked="?q=cars") == ["Ölwechsel"]
    assert desk.titles(asked="?tag=MATHS") == ["sums", "Ölwechsel"]
    assert desk.titles(asked="?tag=maths&tag=cars") == ["Ölwechsel"]
    assert desk.titles(asked="?tag=math") == []
    assert desk.titles(asked="?shared=true") == ["Sums", "Zebras"]
    assert desk.titles(ADMIN, "?owner=ann&own=true") == desk.titles(asked="?own=true") == ["sums", "Ölwechsel"]
    assert [one["tag"] for one in desk.ask(ADMIN, "GET", "/tags?owner=ann&own=true").json["tags"]] == ["Maths", "Cars"]
    assert desk.titles("bob") == ["Sums", "Zebras"]
    first = desk.ask("ann", "GET", "/quizzes?limit=2").json
    assert (first["total"], [one["owner"] for one in first["quizzes"]]) == (3, ["ann", None])
    second = desk.ask("ann", "GET", f"/quizzes?limit=2&cursor={first['next']}").json
    assert ([one["title"] for one in second["quizzes"]], second["next"]) == (["Ölwechsel"], None)
    assert [one["editable"] for one in first["quizzes"]] == [True, False]
    reply = desk.ask("ann", "GET", "/quizzes")
    known = {"If-None-Match": reply.headers["ETag"]}
    assert desk.ask("ann", "GET", "/quizzes", 304, headers=known).data == b""
    desk.make(title="New")
    assert "New" in desk.ask("ann", "GET", "/quizzes", headers=known).text
    assert desk.ask("ann", "GET", "/tags").json["tags"] == [
        {"tag": "Maths", "quizzes": 2},
        {"tag": "Animals", "quizzes": 1},
        {"tag": "Cars", "quizzes": 1},
    ]
    for asked in ("limit=0", "limit=501", "limit=x", "cursor=x", "cursor=WzFd", "q=" + "x" * 201, "shared=1"):
        desk.ask("ann", "GET", f"/quizzes?{asked}", 400)


def test_others_quizzes_are_not_there_and_shared_ones_not_to_be_changed(desk: Desk):
    """For a host who is no admin; an admin changes both."""
    desk.make("bob", title="Secret")
    shared = desk.make(ADMIN, "/quizzes?shared=true")
    body = {"json": QUIZ, "version": "*"}
    for path in ("/quizzes/secret", "/quizzes/secret?owner=bob"):
        for method, rest, options in (
            ("GET", "", {}),
            ("PUT", "", body),
            ("DELETE", "", {"version": "*"}),
            ("GET", "/export", {}),
            ("POST", "/duplicate", {}),
            ("POST", "/restore", {}),
            ("GET", "/draft", {}),
        ):
            slug, _, query = path.partition("?")
            desk.ask("ann", method, f"{slug}{rest}?{query}", 404, **options)
    for method, rest, options in (
        ("PUT", "", body),
        ("DELETE", "", {"version": "*"}),
        ("PUT", "/draft", {"json": {"content": {}}}),
        ("POST", "/editors", {"json": {"editor": "1"}}),
        ("DELETE", "/editors/1", {}),
    ):
        assert desk.ask("ann", method, f"/quizzes/sums{rest}", 403, **options).json["code"] == "not_host"
    desk.ask("ann", "POST", "/quizzes?shared=true", 403, json=QUIZ)
    desk.ask("ann", "POST", "/quizzes/import?shared=true", 403, json=QUIZ)
    desk.ask("ann", "POST", "/quizzes/sums/restore?shared=true", 403)
    desk.ask("ann", "POST", "/quizzes/sums/duplicate?to_shared=true", 403)
    desk.ask("ann", "POST", "/quizzes?owner=bob", 404, json=QUIZ)
    desk.ask("ann", "GET", "/quizzes?owner=bob", 404)
    desk.ask(ADMIN, "PUT", "/quizzes/sums?shared=true", version=shared["version"], json={**QUIZ, "title": "Ours"})
    desk.ask(ADMIN, "DELETE", "/quizzes/secret?owner=bob", 204, version="*")
    assert [desk.titles(who) for who in ("ann", "bob")] == [["Ours"], ["Ours"]]


def test_drafts_are_kept_apart_unfinished_as_they_are(desk: Desk):
    """Of a quiz and of one that does not exist yet; saving drops them; the answer tells of a newer version of the quiz."""
    made = desk.make()
    draft = {"content": {"title": "Su", "questions": [{"text": "2 + "}]}, "base": made["version"]}
    kept = desk.ask("ann", "PUT", "/quizzes/sums/draft", json=draft)
    assert kept.json == {"version": kept.json["version"], "quiz_version": made["version"]}
    found = desk.ask("ann", "GET", "/quizzes/sums/draft")
    assert (found.json["content"], found.json["base"], found.json["title"]) == (draft["content"], made["version"], "Su")
    assert found.headers["ETag"] == kept.headers["ETag"] == f'"{kept.json["version"]}"'
    assert desk.ask("ann", "GET", "/quizzes/sums").json["title"] == "Sums"
    desk.ask("ann", "PUT", "/quizzes/sums/draft", 412, version=1, json=draft)
    desk.ask("ann", "PUT", "/quizzes/sums/draft", 412, headers={"If-None-Match": "*"}, json=draft)
    again = desk.ask("ann", "PUT", "/quizzes/sums/draft", version=kept.json["version"], json=draft).json["version"]
    assert again > kept.json["version"]
    desk.ask("ann", "PUT", "/quizzes/new-1/draft", headers={"If-None-Match": "*"}, json={"content": {"title": 5}})
    assert [(one["slug"], one["title"]) for one in desk.ask("ann", "GET", "/drafts").json["drafts"]] == [
        ("new-1", ""),
        ("sums", "Su"),
    ]
    desk.ask(ADMIN, "GET", "/quizzes/sums/draft?owner=ann", 404)
    desk.ask("ann", "POST", "/quizzes?draft=new-1", 201, json=QUIZ)
    desk.ask("ann", "PUT", "/quizzes/sums", version=made["version"], json=QUIZ)
    assert desk.ask("ann", "GET", "/drafts").json == {"drafts": []}
    desk.ask("ann", "DELETE", "/quizzes/sums/draft", 404)
    for body in (b"[]", b'{"content": []}', b'{"content": {}, "base": "x"}', b'{"content": {"a"}}'):
        desk.ask("ann", "PUT", "/quizzes/sums/draft", 400, data=body)
    desk.ask("ann", "PUT", "/quizzes/No!/draft", 404, json=draft)


def test_who_edits_the_same_quiz_is_told(desk: Desk):
    """Each open editor, oneself too; and the version that was saved meanwhile, and by whom."""
    made = desk.make()
    path = "/quizzes/sums/editors"
    alone = desk.ask("ann", "POST", path, json={"editor": "tab-1"}).json
    assert alone["editors"] == [{"name": "ann", "editor": "tab-1", "you": True}]
    desk.ask("ann", "POST", path, json={"editor": "tab-2"})
    desk.ask(ADMIN, "PUT", "/quizzes/sums?owner=ann", version="*", json=QUIZ)
    told = desk.ask(ADMIN, "POST", f"{path}?owner=ann", json={"editor": "x"}).json
    assert [(one["name"], one["editor"], one["you"]) for one in told["editors"]] == [
        ("ann", "tab-1", False),
        ("ann", "tab-2", False),
        (ADMIN, "x", True),
    ]
    assert told["quiz_version"] > made["version"]
    assert told["updated_by"] == ADMIN
    desk.ask("ann", "DELETE", f"{path}/tab-1", 204)
    left = desk.ask("ann", "POST", path, json={"editor": "tab-2"}).json["editors"]
    assert sorted(one["editor"] for one in left) == ["tab-2", "x"]
    for body in ({"editor": ""}, {"editor": "a/b"}, {}):
        desk.ask("ann", "POST", path, 400, json=body)
    assert desk.ask("ann", "POST", "/quizzes/new-9/editors", json={"editor": "1"}).json["quiz_version"] is None


CSV = b"question,choice_1,choice_2,correct\n2+2?,3,4,2\n3+3?,5,6,9\n"


def test_an_import_says_what_was_understood_and_what_not(desk: Desk):
    """First for looking at, then all or nothing unless the sound ones are asked for; as a file or in a form."""
    seen = desk.ask("ann", "POST", "/quizzes/import?dry_run=true&filename=Sums.csv", data=CSV).json
    assert (seen["quiz"]["title"], [one["text"] for one in seen["quiz"]["questions"]]) == ("Sums", ["2+2?"])
    assert [one["place"] for one in seen["problems"]] == ["line 3"]
    assert "choice 9" in seen["problems"][0]["reason"]
    refused = desk.ask("ann", "POST", "/quizzes/import?filename=Sums.csv", 400, data=CSV).json
    assert (refused["code"], refused["problems"]) == ("invalid_quiz", seen["problems"])
    assert desk.titles() == []
    form = {"file": (io.BytesIO(CSV), "Sums.csv")}
    made = desk.ask("ann", "POST", "/quizzes/import?skip_invalid=true", 201, data=form).json
    assert (made["slug"], made["owner"], len(made["questions"])) == ("sums", "ann", 1)
    assert made["questions"] == desk.ask("ann", "POST", "/quizzes", 201, json=seen["quiz"]).json["questions"]
    whole = CSV.replace(b"9", b"1")
    into = "/quizzes/import?filename=Sums.csv&into=sums"
    desk.ask("ann", "POST", into, 428, data=whole)
    desk.ask("ann", "POST", into, 412, version=1, data=whole)
    replaced = desk.ask("ann", "POST", into, 201, version=made["version"], data=whole).json
    assert (replaced["slug"], len(replaced["questions"])) == ("sums", 2)
    nothing = desk.ask("ann", "POST", "/quizzes/import?dry_run=true&filename=x", data=b"\xff").json
    assert (nothing["quiz"], len(nothing["problems"])) == (None, 1)
    desk.ask("ann", "POST", "/quizzes/import?format=word", 400, data=CSV)
    desk.ask("ann", "POST", "/quizzes/import", 400, data={"other": (io.BytesIO(CSV), "x.csv")})
    desk.ask("ann", "POST", "/quizzes/import", 413, data=b"x" * (16 * 1024 * 1024 + 1))


def test_an_export_is_a_file_that_imports_as_the_same(desk: Desk):
    """With the type and the name of its format."""
    made = desk.make(tags=["easy"])
    reply = desk.ask("ann", "GET", "/quizzes/sums/export?format=csv")
    assert reply.content_type == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="sums.csv"'
    again = desk.ask("ann", "POST", "/quizzes/import?filename=Other.csv", 201, data=reply.data).json
    shown = ("id", "type", "text", "correct", "choices")
    assert [{name: one[name] for name in shown} for one in again["questions"]] == [
        {name: one[name] for name in shown} for one in made["questions"]
    ]
    plain = json.loads(desk.ask("ann", "GET", "/quizzes/sums/export").data)
    assert (plain["title"], plain["tags"]) == ("Sums", ["easy"])
    desk.ask("ann", "GET", "/quizzes/sums/export?format=pdf", 400)
    desk.ask("ann", "GET", "/quizzes/none/export", 404)


def test_an_export_says_before_what_it_leaves_out(desk: Desk):
    """Each reason once with the numbers of its questions, for all formats or the one that is asked for."""
    kinds = [{"type": "poll"}, {"type": "order"}, {"points": 5}, {"points": 7}]
    questions = [{**QUESTION, "id": f"x{n}", **kind, "correct": None if "type" in kind else 1} for n, kind in enumerate(kinds)]
    desk.make(description="About", questions=questions)

    def told(asked: str = "") -> dict[str, dict[str, list[int]]]:
        found = desk.ask("ann", "GET", f"/quizzes/sums/left-out{asked}").json["formats"]
        return {one["format"]: {each["reason"]: each["questions"] for each in one["left_out"]} for one in found}

    every = told()
    assert list(every) == ["json", "csv", "xlsx", "gift", "kahoot"]
    assert every["json"] == {}
    about = {"title: there is no place for it": [], "description: there is no place for it": []}
    assert every["csv"] == about
    assert every["kahoot"] == {
        **about,
        "is left out: there is no type poll": [1],
        "is left out: there is no type order": [2],
        "points: there is no place for them": [3, 4],
        "id: becomes another": [3, 4],
    }
    assert told("?format=gift") == {"gift": every["gift"]}
    desk.ask("ann", "GET", "/quizzes/sums/left-out?format=pdf", 400)
    desk.ask("bob", "GET", "/quizzes/sums/left-out", 404)


def test_a_host_has_so_many_quizzes_and_bytes(tmp_path: Path):
    """One more is refused and counted, whichever way it comes; changing what is there is not; nobody else is concerned."""
    desk = Desk(tmp_path, quizzes=2, quiz_bytes=20_000, bytes=30_000)
    made = desk.make()
    desk.make(title="Two")
    for method, path, body in (
        ("POST", "/quizzes", {"json": QUIZ}),
        ("POST", "/quizzes/sums/duplicate", {}),
        ("POST", "/quizzes/import?filename=a.csv", {"data": CSV.replace(b"9", b"1")}),
    ):
        assert desk.ask("ann", method, path, 409, **body).json["code"] == "limit_reached"
    desk.make("bob")
    large = {**QUIZ, "questions": [{**QUESTION, "id": f"q{n}", "explanation": "x" * 900} for n in range(16)]}
    saved = desk.ask("ann", "PUT", "/quizzes/sums", version=made["version"], json=large).json
    desk.ask("ann", "PUT", "/quizzes/sums", version=saved["version"], json=large)
    assert "together" in desk.ask("ann", "PUT", "/quizzes/two", 409, version="*", json=large).json["detail"]
    desk.ask("ann", "PUT", "/quizzes/two", 413, version="*", json={**QUIZ, "description": "x" * 21_000})
    assert desk.authoring.refused == {"quizzes_per_host": 3, "quiz_bytes_per_host": 1}
    desk.ask("ann", "DELETE", "/quizzes/sums", 204, version="*")
    desk.make(title="Three")
    desk.ask("ann", "POST", "/quizzes/sums/restore", 409)

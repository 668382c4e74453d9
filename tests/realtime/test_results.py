"""What came of games over HTTP, compared with what was sent; and what of it is removed."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import requests

from tests.harness.server import Server, serving
from tests.play.counting import Sent, Tally, told_players, told_questions
from tests.realtime.conftest import ANSWERS, Table, furnish
from tests.realtime.many import Crowd, lots

API = "/api/v1"


class Desk:
    """A host who asks over HTTP."""

    def __init__(self, server: Server, token: str) -> None:
        self._url, self._token = server.url + API, token

    def ask(self, path: str, status: int = 200, method: str = "GET", **headers: str) -> requests.Response:
        """The response, which must have this status."""
        sent = {"Authorization": f"Bearer {self._token}", **headers}
        reply = requests.request(method, self._url + path, headers=sent, timeout=60)
        assert reply.status_code == status, reply.text
        return reply


def play(table: Table, names: list[str], rng: random.Random) -> Tally:
    """A self-paced game in which each answers some questions, in an order of their own; some answers are sent twice."""
    table.game("self-paced")
    seats = {name: table.player(name) for name in names}
    tally = Tally({seats[name].ack["player"]["id"]: name for name in names}, list(ANSWERS))
    for client in seats.values():
        for question in rng.sample(list(ANSWERS), rng.randrange(3, 8)):
            right, wrong, _ = ANSWERS[question]
            good = rng.random() < 0.6
            answer = right if good else wrong
            client.ok("submit_answer", {"question": question, "answer": answer})
            if rng.random() < 0.3:
                assert client.ok("submit_answer", {"question": question, "answer": wrong})["duplicate"]
            held = " ".join(answer.split()) if isinstance(answer, str) else sorted(answer) if question == "q2" else answer
            verdict = None if question == "q7" else good
            tally.sent.append(Sent(client.ack["player"]["id"], question, held, verdict, 10 if verdict else 0))
    return tally


def test_results_equal_a_count_of_what_was_sent_and_what_is_removed_is_gone(table: Table):
    """By player and by question, in JSON and in the report; without the player who wants to be removed; and not at all."""
    tally = play(table, ["Ann", "=1+2", "Cy", "Dee", "王小明"], random.Random(7))
    desk, pin = Desk(table.server, table.host.auth["token"]), table.pin
    running = desk.ask(f"/games/{pin}/report").json()
    assert told_players(running) == tally.players()
    table.host.ok("end")
    game = running["game"]["id"]
    result = desk.ask(f"/results/{game}").json()
    assert told_players(result) == tally.players()
    assert told_questions(result) == tally.of_questions()
    assert desk.ask(f"/games/{pin}/report").json()["players"] == running["players"]

    rows = list(csv.DictReader(io.StringIO(desk.ask(f"/results/{game}/report?format=csv").text, newline="")))
    scores = {row["nickname"]: (int(row["rank"]), int(row["score"])) for row in rows}
    assert scores == {one["nickname"].replace("=", "'="): (one["rank"], one["score"]) for one in tally.players()}
    assert all(sum(int(cell or 0) for cell in list(row.values())[3:]) == int(row["score"]) for row in rows)

    one = next(player for player in result["players"] if player["nickname"] == "Cy")
    given = desk.ask(f"/results/{game}/players/{one['id']}").json()["answers"]
    sent = [each for each in tally.sent if each.player == one["id"]]
    assert {each["question"]: (each["answer"], each["right"]) for each in given} == {
        s.question: (s.answer, s.right) for s in sent
    }
    assert len(desk.ask(f"/results/{game}/questions/0").json()["answers"]) == result["questions"][0]["answered"]

    desk.ask(f"/results/{game}/players/{one['id']}", 204, "DELETE")
    desk.ask(f"/results/{game}/players/{one['id']}", 404, "DELETE")
    without = Tally({k: v for k, v in tally.nicknames.items() if v != "Cy"}, tally.questions)
    without.sent = [each for each in tally.sent if each.player != one["id"]]
    result = desk.ask(f"/results/{game}").json()
    assert told_players(result) == without.players()
    assert told_questions(result) == without.of_questions()
    assert result["removed"] == 1
    assert "Cy" not in desk.ask(f"/games/{pin}/report").text

    desk.ask(f"/results/{game}", 204, "DELETE")
    desk.ask(f"/results/{game}", 404)
    desk.ask(f"/games/{pin}/report", 404)
    assert game not in desk.ask("/results?limit=100").text


def test_pages_of_results_and_what_has_not_changed(table: Table):
    """Each page says where the next begins; who has a page already is told so; what is asked wrongly is named."""
    games = []
    for _ in range(3):
        table.game("self-paced")
        games.append(table.player("Ann").ack["game"]["id"])
        table.host.ok("end")
    desk, seen, more = Desk(table.server, table.host.auth["token"]), [], ""
    while len(seen) < 3:
        page = desk.ask(f"/results?quiz=all-types&limit=2{more}")
        seen += [one["id"] for one in page.json()["results"]]
        more = f"&before={page.json()['next']}"
    assert seen[:3] == games[::-1]
    first = desk.ask("/results?limit=2")
    assert desk.ask("/results?limit=2", 304, **{"If-None-Match": first.headers["ETag"]}).content == b""
    compared = desk.ask(f"/results/{games[-1]}/comparison").json()
    assert [one["game"]["id"] for one in compared["games"]][:3] == games[::-1]
    for query in ("limit=0", "limit=x", "before=now"):
        assert desk.ask(f"/results?{query}", 400).json()["code"] == "invalid_payload"
    assert "format" in desk.ask(f"/results/{games[0]}/report?format=pdf", 400).json()["detail"]


PLAYERS, QUESTIONS = 500, 50


def processor_seconds(process: int) -> float:
    """What a process has had of a processor so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def spacious() -> Iterator[Server]:
    """An instance with one worker, which exports and takes answers, and has patience with Redis however slow the machine is."""
    with serving(1) as running:
        furnish(running)
        yield running


@pytest.mark.long
@pytest.mark.timeout(600)
def test_results_of_500_players_and_50_questions_equal_a_count_of_what_was_sent_and_their_export_delays_nobody(spacious: Server):
    """The workbook of 25,000 answers takes less than 5 s of a processor, and another game of that worker goes on meanwhile."""
    file = spacious.folder / "lots.json"
    file.write_text(json.dumps(lots(QUESTIONS)))
    spacious.flask("quiz", "import", str(file))
    pin, other = spacious.flask("game", "create", "lots", "--mode", "self-paced", "--pin", "111111", "--pin", "222222").split()
    tally = Crowd(spacious).play(pin, PLAYERS, QUESTIONS, random.Random(3))
    spacious.flask("game", "end", pin)
    spacious.flask("host", "add", "head", "--password", "a good password", "--admin")
    desk = Desk(spacious, spacious.sign_in("head", "a good password"))
    (listed,) = desk.ask("/results").json()["results"]
    result = desk.ask(f"/results/{listed['id']}").json()
    assert told_players(result) == tally.players()
    assert told_questions(result) == tally.of_questions()

    quiet, busy = (Crowd(spacious).busy(other, QUESTIONS, name) for name in ("Quiet", "Busy"))
    quiet.while_(lambda: time.sleep(2))
    (worker,) = spacious.workers()
    before = processor_seconds(worker)
    reply = busy.while_(lambda: desk.ask(f"/results/{listed['id']}/report?format=xlsx"))
    took = processor_seconds(worker) - before
    print(f"export: {reply.elapsed.total_seconds():.2f} s, {took:.2f} s of a processor")
    print(f"acknowledgements: {quiet.told()}; meanwhile: {busy.told()}")
    assert took < 5
    assert busy.count > 20
    assert busy.median < quiet.median + 0.1
    rows: Any = openpyxl.load_workbook(io.BytesIO(reply.content), read_only=True)["Players"].iter_rows(
        min_row=2, values_only=True
    )
    points = {nickname: (rank, score, sum(cell or 0 for cell in cells)) for rank, nickname, score, *cells in rows}
    assert points == {one["nickname"]: (one["rank"], one["score"], one["score"]) for one in tally.players()}

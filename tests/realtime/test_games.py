"""Whole games over real connections, with one worker and with two."""

from __future__ import annotations

import json
import time

import pytest

from tests.harness.clients import Client, walk
from tests.realtime.conftest import ANSWERS, Table

RIGHT = {question: answers[0] for question, answers in ANSWERS.items()}
WRONG = {question: answers[1] for question, answers in ANSWERS.items()}


def test_a_live_game_runs_from_the_lobby_to_the_end_and_everybody_agrees_on_the_board(table: Table):
    """A host and two players play all seven types; scores are those of the rules, and no one misses an event."""
    table.game(leaderboard_every=2, scoring="flat")
    ann, bob = table.player("Ann"), table.player("Bob")
    table.host.ok("start")
    points = {"Ann": 0, "Bob": 0}
    for number, question in enumerate(RIGHT):
        for client in (ann, bob, table.host):
            asked = client.wait("question", lambda q, question=question: q["id"] == question)
            assert asked["index"] == number
            assert asked["closes_at"] - asked["opened_at"] == asked["time_limit_ms"] == 20_000
        assert ann.ok("submit_answer", {"question": question, "answer": RIGHT[question]}) == {
            "ok": True,
            "accepted": True,
            "duplicate": False,
        }
        bob.ok("submit_answer", {"question": question, "answer": WRONG[question]})
        for client in (ann, bob, table.host):
            revealed = client.wait("reveal", lambda r, question=question: r["question"] == question)
            assert sum(one["count"] for one in revealed["distribution"]) == 2
        result = ann.wait("result", lambda r, question=question: r["question"] == question)
        assert (result["correct"], result["points"]) == ((None, 0) if question == "q7" else (True, 1000))
        assert result["streak"] == min(number + 1, 6)
        points["Ann"] += result["points"]
        assert bob.wait("result", lambda r, question=question: r["question"] == question)["points"] == 0
        table.host.ok("next", {"after": question})
        if (number + 1) % 2 == 0:
            ann.wait("game", lambda g: g["state"] == "leaderboard")
            table.host.ok("next", {"after": question})
    for client in (ann, bob, table.host):
        assert client.wait("game", lambda g: g["state"] == "finished")["pin"] == table.pin
        board = client.wait("leaderboard", lambda b: b["top"] and b["top"][0]["score"] == points["Ann"])
        assert [(p["rank"], p["nickname"], p["score"]) for p in board["top"]] == [(1, "Ann", 6000), (2, "Bob", 0)]
    assert ann.ok("state")["you"] == {"score": 6000, "rank": 1, "answered": list(RIGHT)}


def test_a_host_gives_a_player_more_time_and_everybody_and_skips(table: Table):
    """Each player is asked with the end that is theirs, also when time is added; a skipped question is nobody's."""
    table.game(auto_close=False)
    ann, bob = table.player("Ann"), table.player("Bob")
    more = {"player": ann.ack["player"]["id"], "factor": 1.5}
    table.host.ok("extend", more)
    assert ann.wait("extended") == {"factor": 1.5}
    assert table.host.wait("extended") == more
    table.host.ok("start")
    asked = table.host.wait("question")
    spans = {"closes_at": asked["closes_at"] + 10_000, "question": "q1", "seconds": 10}
    for _ in range(2):
        assert table.host.ok("add_time", spans)["closes_at"] == spans["closes_at"]
    for client, span in ((ann, 45_000), (bob, 30_000), (table.host, 30_000)):
        client.wait("question", lambda q, span=span: q["closes_at"] - q["opened_at"] == span)
    assert ann.ok("state")["question"]["time_limit_ms"] == 30_000
    bob.ok("submit_answer", {"question": "q1", "answer": RIGHT["q1"]})
    for _ in range(2):
        table.host.ok("skip", {"question": "q1"})
    assert bob.wait("reveal")["skipped"] is True
    told = bob.wait("result")
    assert (told["correct"], told["points"], told["score"], told["skipped"]) == (True, 0, 0, True)
    assert bob.all("extended") == []
    table.host.ok("next", {"after": "q1"})
    assert bob.wait("question", lambda q: q["id"] == "q2")["time_limit_ms"] == 20_000
    assert ann.wait("question", lambda q: q["id"] == "q2")["time_limit_ms"] == 30_000


def test_self_paced_players_go_their_own_way_and_the_board_moves_with_each_answer(table: Table):
    """Each player gets questions one after another, hears at once how it went, and all see the board move."""
    table.game("self-paced")
    ann, bob = table.player("Ann"), table.player("Bob")
    score = 0
    for number in range(7):
        asked = ann.ok("next_question")["question"]
        assert (asked["index"], asked["closes_at"]) == (number, None)
        ack = ann.ok("submit_answer", {"question": asked["id"], "answer": RIGHT[asked["id"]]})
        score += ack["points"]
        assert (ack["score"], ack["rank"], ack["duplicate"]) == (score, 1, False)
        if ack["points"]:
            bob.wait("leaderboard", lambda b, score=score: any(p["score"] == score for p in b["top"]))
    assert score == 60
    assert ann.ok("next_question") == {"ok": True, "finished": True}
    assert bob.ok("submit_answer", {"question": "q5", "answer": 3.14, "submission": "mine"})["submission"] == "mine"
    assert bob.ok("state")["you"] == {"score": 10, "rank": 2, "answered": ["q5"]}
    table.host.ok("end")
    ann.wait("game", lambda g: g["state"] == "finished")
    assert bob.error("submit_answer", {"question": "q1", "answer": 1}) == "too_late"


def test_a_repeated_answer_gets_the_first_result_and_changes_nothing(table: Table):
    """The same question answered again, differently, on another connection and after the end: the first result stands."""
    table.game("self-paced")
    ann = table.player("Ann")
    first = ann.ok("submit_answer", {"question": "q1", "answer": 1})
    again = ann.ok("submit_answer", {"question": "q1", "answer": 0})
    other = table.connect()
    other.ok("join", {"pin": table.pin, "token": ann.ack["token"]})
    elsewhere = other.ok("submit_answer", {"question": "q1", "answer": 2})
    table.host.ok("end")
    ended = ann.ok("submit_answer", {"question": "q1", "answer": 2})
    for repeat in (again, elsewhere, ended):
        assert repeat == {**first, "duplicate": True}


def test_what_is_right_reaches_no_player_before_the_reveal(table: Table):
    """Every frame that players get before a reveal is read: nothing in it tells what is right or how anyone fared."""
    table.game()
    ann, bob = table.player("Ann"), table.player("Bob")
    table.host.ok("start")
    for question, right in RIGHT.items():
        ann.wait("question", lambda q, question=question: q["id"] == question)
        acks = [
            ann.ok("submit_answer", {"question": question, "answer": right}),
            ann.ok("submit_answer", {"question": question, "answer": right}),
            ann.ok("state"),
            bob.ok("state"),
        ]
        sent = [*acks, *ann.events, *bob.events]
        hidden = {"correct", "right", "right_answer", "explanation", "points", "distribution", "streak"}
        shown_before = [e for e in sent if isinstance(e, tuple) and e[0] in ("reveal", "result")]
        now_told = [e for e in sent if e not in shown_before]
        assert not [(k, v) for k, v in walk(now_told) if k in hidden]
        assert all(e[1]["question"] != question for e in shown_before)
        before = len(ann.all("reveal"))
        table.host.ok("close_question")
        ann.wait("reveal", lambda r, question=question: r["question"] == question)
        assert len(ann.all("reveal")) == before + 1
        table.host.ok("next", {"after": question})
        table.host.ok("next", {"after": question})


def test_the_question_closes_on_time_though_nobody_does_anything(table: Table):
    """When `closes_at` passes, the reveal follows, and who comes then is too late; who comes in the countdown is too early."""
    table.game(countdown_ms=10_000, auto_close=False)
    ann = table.player("Ann")
    table.host.ok("start")
    ann.wait("question")
    assert ann.error("submit_answer", {"question": "q1", "answer": 0}) == "question_not_open"
    quick = {"title": "Quick", "questions": [{"text": "?", "choices": ["a", "b"], "correct": 0, "time_limit": 1}]}
    file = table.server.folder / "quick.json"
    file.write_text(json.dumps(quick))
    table.server.flask("quiz", "import", str(file))
    table.pin = table.host.ok("create_game", {"quiz": "quick", "options": {"countdown_ms": 300}})["pin"]
    ann.ok("leave")
    ann.ok("join", {"pin": table.pin, "nickname": "Ann"})
    table.host.ok("start")
    asked = ann.wait("question", lambda told: told["time_limit_ms"] == 1000)
    ann.wait("reveal")
    assert time.time() * 1000 - asked["closes_at"] >= 200, "which is the grace"
    assert ann.error("submit_answer", {"question": "q1", "answer": 0}) == "too_late"
    assert ann.wait("result") == {
        "question": "q1",
        "correct": False,
        "points": 0,
        "score": 0,
        "rank": 1,
        "streak": 0,
        "elapsed_ms": None,
    }


def test_pausing_stops_the_clock_and_resuming_sends_the_question_again(table: Table):
    """While paused nothing is accepted; afterwards the question has a later end and the same length."""
    table.game()
    ann = table.player("Ann")
    table.host.ok("start")
    first = ann.wait("question")
    table.host.ok("pause")
    ann.wait("game", lambda g: g["state"] == "paused")
    assert ann.error("submit_answer", {"question": "q1", "answer": 1}) == "question_not_open"
    assert "question" not in ann.ok("state")
    table.host.ok("resume")
    again = ann.wait("question", lambda q: q["closes_at"] > first["closes_at"])
    assert again["closes_at"] - again["opened_at"] == 20_000
    ann.ok("submit_answer", {"question": "q1", "answer": 1})
    assert ann.wait("result")["correct"]


def test_a_player_comes_back_by_token_with_score_answers_and_the_open_question(table: Table):
    """After a torn connection the token gives everything back, whatever the lock, and the old seat is the same player."""
    table.game(max_players=2, scoring="flat")
    ann, bob = table.player("Ann"), table.player("Bob")
    table.host.ok("start")
    ann.wait("question")
    ann.ok("submit_answer", {"question": "q1", "answer": 1})
    bob.ok("submit_answer", {"question": "q1", "answer": 0})
    ann.wait("result")
    table.host.ok("next")
    table.host.ok("next")
    ann.wait("question", lambda q: q["id"] == "q2")
    table.host.ok("lock", {"locked": True})
    ann.tear()
    back = table.connect()
    ack = back.ok("join", {"pin": table.pin, "token": ann.ack["token"]})
    assert ack["player"] == ann.ack["player"]
    assert ack["you"] == {"score": 1000, "rank": 1, "answered": ["q1"]}
    assert ack["question"]["id"] == "q2"
    assert table.connect().error("join", {"pin": table.pin, "nickname": "Cid"}) == "game_locked"


@pytest.mark.parametrize("nicknames", ["free", "generated"])
def test_a_join_whose_acknowledgement_was_lost_is_repeated_on_another_connection(table: Table, nicknames: str):
    """The same attempt gets the seat that it got, locked meanwhile or not; another one finds the nickname taken."""
    table.game(nicknames=nicknames)
    wanted = {"pin": table.pin, "nickname": "Ann", "attempt": "9f2c61aa04e7d3b8"}
    first = table.connect()
    seat = first.ok("join", wanted)["player"]
    first.tear()
    table.host.ok("lock", {"locked": True})
    again = table.connect()
    assert again.ok("join", wanted)["player"] == seat
    again.ok("leave")
    assert table.connect().ok("join", wanted)["player"] == seat
    table.host.ok("lock", {"locked": False})
    other = table.connect().call("join", {**wanted, "attempt": "another attempt of 16"})
    assert other["player"] != seat if nicknames == "generated" else other["error"]["code"] == "nickname_taken"
    assert {**seat, "connected": True, "number": 1} in table.host.ok("watch", {"pin": table.pin})["players"]
    table.host.ok("kick", {"player": seat["id"]})
    assert table.connect().error("join", wanted) == "kicked"


def test_a_kicked_player_is_told_leaves_the_board_and_cannot_come_back(table: Table):
    """Kicking ends the connection with a reason; neither token nor name lets the player in again."""
    table.game()
    ann, bob = table.player("Ann"), table.player("Bob")
    table.host.ok("kick", {"player": ann.ack["player"]["id"]})
    assert ann.wait("kicked")["reason"]
    board = bob.wait("leaderboard", lambda b: b["players"] == 1 and b["version"] > bob.ack["leaderboard"]["version"])
    assert [p["nickname"] for p in board["top"]] == ["Bob"]
    other = table.connect()
    assert other.error("join", {"pin": table.pin, "token": ann.ack["token"]}) == "kicked"
    assert other.error("join", {"pin": table.pin, "nickname": "ANN"}) == "kicked"


def test_leaderboards_come_at_most_once_a_window_and_the_last_state_always(table: Table):
    """Sixty answers within a moment give few boards, and the last one shows them all."""
    table.game("self-paced")
    players = [table.player(f"P{i}") for i in range(10)]
    watcher = table.player("Watcher")
    began, before = time.monotonic(), len(watcher.all("leaderboard"))
    for question in ("q1", "q2", "q3", "q4", "q5", "q6"):
        for player in players:
            player.ok("submit_answer", {"question": question, "answer": RIGHT[question]})
    watcher.wait("leaderboard", lambda b: [p["score"] for p in b["top"]] == [60] * 10)
    windows = (time.monotonic() - began) / 0.1
    boards = watcher.all("leaderboard")
    assert len(boards) - before <= windows + 2
    # A worker that was held up may tell its board behind a newer one of another's, which clients know by the version.
    last = max(boards, key=lambda b: (b["epoch"], b["version"]))
    assert [(p["rank"], p["score"]) for p in last["top"]] == [(1, 60)] * 10


def test_the_host_sees_names_come_and_go_and_answers_being_counted(table: Table):
    """`roster` and `progress` tell hosts, and `watch` gives the whole list to one who comes back.

    Who left without an answer is not waited for, who comes late is, and who has answered counts even if they leave. Both number
    those who came alike, for screens that hide names.
    """
    table.game(auto_close=False)
    ann, bob = table.player("Ann"), table.player("Bob")
    for name in ("Ann", "Bob"):
        table.host.wait("roster", lambda r, name=name: name in [one["nickname"] for one in r["joined"]])
    assert max(r["count"] for r in table.host.all("roster")) == 2
    bob.close()
    gone = table.host.wait("roster", lambda r: r["left"])
    assert (gone["count"], [one["nickname"] for one in gone["left"]]) == (1, ["Bob"])
    table.host.ok("start")
    ann.wait("question")
    ann.ok("submit_answer", {"question": "q1", "answer": 1})
    assert table.host.wait("progress", lambda p: p["answered"] == 1) == {"question": "q1", "answered": 1, "players": 1}
    table.player("Cat")
    assert table.host.wait("progress", lambda p: p["players"] == 2)["answered"] == 1
    ann.close()
    table.host.wait("roster", lambda r: r["left"] and r["left"][0]["nickname"] == "Ann")
    watched = table.host.ok("watch", {"pin": table.pin})
    assert {p["nickname"]: p["connected"] for p in watched["players"]} == {"Ann": False, "Bob": False, "Cat": True}
    joined = [(one["number"], one["nickname"]) for told in table.host.all("roster") for one in told["joined"]]
    assert joined == sorted((p["number"], p["nickname"]) for p in watched["players"]) == [(1, "Ann"), (2, "Bob"), (3, "Cat")]
    assert watched["progress"] == {"question": "q1", "answered": 1, "players": 2}
    assert (watched["question"]["id"], watched["game"]["state"]) == ("q1", "question")


def test_a_shuffled_question_has_the_same_ids_in_another_order_for_each_player(table: Table):
    """With `shuffle_choices` orders differ between players, stay the same for one, and answers speak in ids."""
    table.game(shuffle_choices=True)
    players = [table.player(f"P{i}") for i in range(6)]
    table.host.ok("start")
    orders = set()
    for player in players:
        asked = player.wait("question")
        assert sorted((c["id"], c["text"]) for c in asked["choices"]) == [(0, "3"), (1, "4"), (2, "5")]
        assert player.ok("state")["question"]["choices"] == asked["choices"]
        orders.add(tuple(c["id"] for c in asked["choices"]))
        player.ok("submit_answer", {"question": "q1", "answer": 1})
    assert len(orders) > 1
    assert [c["id"] for c in table.host.wait("question")["choices"]] == [0, 1, 2]
    assert all(player.wait("result")["correct"] for player in players)


def test_a_distant_player_is_given_the_round_trip_back_but_no_more_than_the_host_allows(table: Table):
    """With `compensation_ms` the measured round trip is taken off the time, up to that bound."""
    table.game(compensation_ms=1000, auto_close=False)
    near = table.player("Near")
    far = table.keep(Client(table.server.url, lag_s=1.2))
    far.ok("join", {"pin": table.pin, "nickname": "Far"})
    assert far.synced.wait(60)
    far.ok("state")  # comes behind its acknowledgement
    table.host.ok("start")
    near.wait("question")
    time.sleep(1.2)  # the time that is compensated for is measured by real clocks, the server's and Redis's
    for client in (near, far):
        client.ok("submit_answer", {"question": "q1", "answer": 1})
    table.host.ok("close_question")
    near_ms, far_ms = (client.wait("result")["elapsed_ms"] for client in (near, far))
    assert near_ms > 200, "1200 ms, less a round trip of its own: a few ms, and 1000 at most however busy the machine is"
    assert 0 < near_ms - far_ms <= 1000, "the far one answered later, and is taken to have been the faster"


def test_a_question_does_not_close_over_the_head_of_somebody_who_reloads(table: Table):
    """All others have answered and one connection drops for a moment: the question waits for its player, but not for ever."""
    table.game()
    ann, bob = table.player("Ann"), table.player("Bob")
    table.host.ok("start")
    ann.wait("question")
    ann.ok("submit_answer", {"question": "q1", "answer": 1})
    bob.tear()
    back = table.connect()
    assert back.ok("join", {"pin": table.pin, "token": bob.ack["token"]})["question"]["id"] == "q1"
    back.ok("submit_answer", {"question": "q1", "answer": 1})
    assert back.wait("result")["correct"]
    table.host.ok("next")
    table.host.ok("next")
    ann.wait("question", lambda q: q["id"] == "q2")
    ann.ok("submit_answer", {"question": "q2", "answer": [1]})
    back.tear()
    ann.wait("reveal", lambda r: r["question"] == "q2")

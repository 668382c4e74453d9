"""`flask game` and `flask leaderboard`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import redis

from quiz.domain.game import Game
from tests.cli.conftest import Flask


def test_a_game_is_created_for_each_pin(flask: Flask, words: str) -> None:
    """The PINs come one a line; the games are anybody's, live unless told otherwise, and listed as table and as JSON."""
    assert flask("game", "create", words, "--pin", "123456", "--pin", "012345").lines == ["123456", "012345"]
    (drawn,) = flask("game", "create", words, "--mode", "self-paced", "--scoring", "progressive").lines
    assert len(drawn) == 6
    assert drawn.isdigit()
    listed, as_json, shown = flask.each([["game", "list"], ["game", "list", "--json"], ["game", "show", drawn, "--json"]])
    assert {line.split()[0] for line in listed.lines} == {"pin", "123456", "012345", drawn}
    found = {one["pin"]: (one["mode"], one["state"], one["host"]) for one in as_json.json}
    assert found == {"123456": ("live", "lobby", None), "012345": ("live", "lobby", None), drawn: ("self-paced", "open", None)}
    assert shown.json["game"]["options"]["scoring"] == "progressive"


def test_questions_are_drawn_from_a_quiz_or_from_all_with_a_tag(flask: Flask, words: str, tmp_path: Path) -> None:
    """The same for all games of a command, and again by the seed that a game tells."""
    for number in range(2):
        file = tmp_path / f"bank-{number}.json"
        questions = [{"text": f"{number}.{n}", "choices": ["a", "b"], "correct": 0} for n in range(4)]
        file.write_text(json.dumps({"title": f"Bank {number}", "tags": ["Bank", f"no {number}"], "questions": questions}))
        flask("quiz", "import", str(file)).lines  # noqa: B018 - asserts success
    draw = ["game", "create", "--draw", "5", "--tag", "bank"]
    first, few = flask.each(
        [[*draw, "--pin", "100001", "--pin", "100002"], ["game", "create", words, "--draw", "2", "--seed", "7"]]
    )
    assert first.lines == ["100001", "100002"]
    told = [
        outcome.json["game"] for outcome in flask.each([["game", "show", pin, "--json"] for pin in (*first.lines, *few.lines)])
    ]
    assert told[0]["draw"] == told[1]["draw"]
    assert (told[0]["question_count"], told[0]["title"], {one["quiz"] for one in told[0]["draw"]["sources"]}) == (
        5,
        "bank",
        {"bank-0", "bank-1"},
    )
    assert (told[2]["quiz"], told[2]["draw"]["seed"], told[2]["question_count"]) == (words, 7, 2)
    seed = told[0]["draw"]["seed"]
    again, shown, few_left, none, no_quiz, listed = flask.each(
        [
            [*draw, "--seed", str(seed), "--pin", "100003"],
            ["game", "show", "100001"],
            ["game", "create", "--draw", "9", "--tag", "bank"],
            ["game", "create", "--draw", "1", "--tag", "none"],
            ["game", "create", "--draw", "1"],
            ["quiz", "list", "--tag", "BANK", "--search", "bank 1", "--json"],
        ]
    )
    assert flask("game", "show", *again.lines, "--json").json["game"]["draw"] == told[0]["draw"]
    assert f"drawn: 5 questions of quizzes with bank, seed {seed}" in shown.lines
    assert "there are 8" in few_left.refusal
    assert "there are 0" in none.refusal
    assert "which quiz?" in no_quiz.refusal
    assert [one["slug"] for one in listed.json] == ["bank-1"]


def test_a_self_paced_game_may_end_at_a_set_time(flask: Flask, words: str) -> None:
    """By the machine's clock, or with an offset; not in the past, and no live game."""
    paced = ["game", "create", words, "--mode", "self-paced", "--closes-at"]
    day = date.today() + timedelta(days=30)
    local, offset, past, live, none = flask.each(
        [
            [*paced, f"{day}T18:00"],
            [*paced, f"{day}T18:00:00+0200"],
            [*paced, "2020-01-31T18:00"],
            ["game", "create", words, "--closes-at", f"{day}T18:00"],
            [*paced, "tomorrow"],
        ]
    )
    shown = flask.each([["game", "show", *one.lines, "--json"] for one in (local, offset)])
    ends = [datetime.fromisoformat(f"{day}T18:00"), datetime.fromisoformat(f"{day}T18:00:00+02:00")]
    assert [one.json["game"]["closes_at"] for one in shown] == [1000 * end.timestamp() for end in ends]
    assert "must be in the future" in past.refusal
    assert "a live game ends when its host ends it" in live.refusal
    assert "'tomorrow'" in none.refusal


def test_no_game_is_created_if_one_of_the_pins_cannot_be_had(flask: Flask, words: str) -> None:
    """A bad, a repeated and a taken PIN are refused before anything is made."""
    flask("game", "create", words, "--pin", "111111").lines  # noqa: B018 - asserts success
    refused = flask.each(
        [
            ["game", "create", words, "--pin", "222222", "--pin", "12345"],
            ["game", "create", words, "--pin", "222222", "--pin", "222222"],
            ["game", "create", words, "--pin", "222222", "--pin", "111111"],
            ["game", "create", "nope", "--pin", "222222"],
        ]
    )
    assert ["12345" in refused[0].refusal, "once" in refused[1].refusal, "111111" in refused[2].refusal] == [True] * 3
    assert "there is no quiz 'nope'" in refused[3].refusal
    assert [one["pin"] for one in flask("game", "list", "--json").json] == ["111111"]


def test_players_and_scores_are_shown(flask: Flask, words: str, seat: Callable[..., Game]) -> None:
    """Equal points share a rank, and the one who got there first is listed first."""
    flask("game", "create", words, "--mode", "self-paced", "--pin", "123456").lines  # noqa: B018 - asserts success
    seat("123456", ("p1", "Ann", 1), ("p2", "王小明", 2), ("p3", "Cid", 1), ("p4", "Dee", 0))
    shown, as_json, top, top_json = flask.each(
        [
            ["game", "show", "123456"],
            ["game", "show", "123456", "--json"],
            ["leaderboard", "top", "123456"],
            ["leaderboard", "top", "123456", "-n", "3", "--json"],
        ]
    )
    assert shown.lines[1] == "state: open; questions: 4; players: 4"
    assert as_json.json["game"]["state"] == "open"
    assert [one["nickname"] for one in as_json.json["players"]] == ["王小明", "Ann", "Cid", "Dee"]
    assert top.lines == [
        "rank  nickname  score",
        "   1  王小明       20",
        "   2  Ann          10",
        "   2  Cid          10",
        "   4  Dee           0",
    ]
    assert top_json.json == [
        {"rank": 1, "player": "p2", "nickname": "王小明", "score": 20},
        {"rank": 2, "player": "p1", "nickname": "Ann", "score": 10},
        {"rank": 2, "player": "p3", "nickname": "Cid", "score": 10},
    ]


def test_a_reset_leaves_the_players_and_takes_their_points(flask: Flask, words: str, seat: Callable[..., Game]) -> None:
    """Nothing asks for confirmation without a terminal."""
    flask("game", "create", words, "--mode", "self-paced", "--pin", "123456").lines  # noqa: B018 - asserts success
    seat("123456", ("p1", "Ann", 2), ("p2", "Bob", 1))
    assert flask("leaderboard", "reset", "123456").lines == ["reset the leaderboard of game 123456"]
    scores = {one["nickname"]: one["score"] for one in flask("leaderboard", "top", "123456", "--json").json}
    assert scores == {"Ann": 0, "Bob": 0}


def test_a_player_is_kicked_by_nickname_or_id(flask: Flask, words: str, seat: Callable[..., Game], store: redis.Redis) -> None:
    """Case doesn't matter, an id may begin with a hyphen, and running servers are told to cut the player off."""
    flask("game", "create", words, "--pin", "123456").lines  # noqa: B018 - asserts success
    seat("123456", ("-yes12", "Ann", 0), ("p2", "Bob", 0), ("p3", "Cid", 0))
    heard = _listening(store)
    assert flask("game", "kick", "123456", "BOB").lines == ["kicked Bob from game 123456"]
    assert flask("game", "kick", "123456", "-yes12").lines == ["kicked Ann from game 123456"]
    dismissed = [one["errand"]["player"] for one in _heard(heard) if one.get("errand", {}).get("do") == "dismiss"]
    assert dismissed == ["p2", "-yes12"]
    assert [one["nickname"] for one in flask("game", "show", "123456", "--json").json["players"]] == ["Cid"]


def test_a_player_gets_more_time(flask: Flask, words: str, seat: Callable[..., Game], store: redis.Redis) -> None:
    """By nickname or id; running servers are told whose time is another."""
    flask("game", "create", words, "--pin", "123456").lines  # noqa: B018 - asserts success
    seat("123456", ("-yes12", "Ann", 0), ("p2", "Bob", 0))
    heard = _listening(store)
    assert flask("game", "extend", "123456", "-yes12", "1.5").lines == ["Ann has 1.5 times the time in game 123456"]
    assert flask("game", "extend", "123456", "bob", "3").refusal
    told = [
        (one["errand"]["player"], one["errand"]["factor"]) for one in _heard(heard) if one.get("errand", {}).get("do") == "extend"
    ]
    assert told == [("-yes12", 1.5)]


def test_a_game_is_locked_unlocked_and_ended(flask: Flask, words: str, store: redis.Redis) -> None:
    """Running servers are told of each, with the state that everybody is to be shown."""
    flask("game", "create", words, "--pin", "123456").lines  # noqa: B018 - asserts success
    heard = _listening(store)
    assert flask("game", "lock", "123456").lines == ["locked game 123456"]
    assert "locked" in flask("game", "show", "123456").lines[1]
    assert flask("game", "lock", "123456", "--off").lines == ["unlocked game 123456"]
    assert flask("game", "end", "123456").lines == ["ended game 123456"]
    told = [one["data"]["state"] for one in _heard(heard) if one.get("event") == "game"]
    assert told == ["lobby", "lobby", "finished"]
    assert flask("game", "show", "123456", "--json").json["game"]["state"] == "finished"
    assert "the game is over" in flask("game", "end", "123456").refusal


def test_each_failure_is_one_line(flask: Flask, words: str) -> None:
    """Whatever is wrong with a call, stderr has one line that says it."""
    flask("game", "create", words, "--pin", "123456").lines  # noqa: B018 - asserts success
    said = {
        ("game", "create", words, "--mode", "solo"): "'solo' is not one of",
        ("game", "create", words, "--scoring", "luck"): "'luck' is not one of",
        ("game", "show", "999999"): "there is no game with the PIN 999999",
        ("game", "end", "999999"): "there is no game with the PIN 999999",
        ("game", "lock", "999999"): "there is no game with the PIN 999999",
        ("game", "kick", "123456", "Nobody"): "has no player 'Nobody'",
        ("leaderboard", "top", "999999"): "there is no game with the PIN 999999",
        ("leaderboard", "top", "123456", "-n", "0"): "0 is not in the range",
        ("leaderboard", "reset", "999999"): "there is no game with the PIN 999999",
    }
    for (command, words_of_it), outcome in zip(said.items(), flask.each(list(said)), strict=True):
        assert words_of_it in outcome.refusal, command


def _listening(store: redis.Redis) -> Any:
    pubsub = store.pubsub(ignore_subscribe_messages=True)
    pubsub.subscribe("quiz:bus")
    pubsub.get_message(timeout=60)
    return pubsub


def _heard(pubsub: Any) -> list[dict[str, Any]]:
    messages, deadline = [], time.monotonic() + 1
    while time.monotonic() < deadline:
        message = pubsub.get_message(timeout=0.1)
        if message:
            head, _, body = message["data"][32:].partition("\n")
            event, data = json.loads(body) if body else (None, None)
            messages.append({**json.loads(head), "event": event, "data": data})
    pubsub.close()
    return messages


def test_a_game_in_teams_shows_who_is_in_which_and_how_they_stand(flask: Flask, words: str, seat: Callable[..., Game]) -> None:
    """Named by options; one team alone is refused in one line."""
    flask("game", "create", words, "--pin", "123456", "--team", "Red", "--team", "Blue", "--team-choice", "assigned").lines  # noqa: B018
    seat("123456", ("p1", "Ann", 0))
    shown, as_json, alone = flask.each(
        [["game", "show", "123456"], ["game", "show", "123456", "--json"], ["game", "create", words, "--team", "Red"]]
    )
    assert shown.lines[-2:] == ["   1  Red   0.0          1", "   2  Blue  -            0"]
    assert (as_json.json["players"][0]["team"], as_json.json["teams"][0]["team"]) == ("Red", "Red")
    assert "2 to 20 teams" in alone.refusal

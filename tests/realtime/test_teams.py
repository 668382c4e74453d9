"""Games in teams over real connections, with one worker and with two."""

from __future__ import annotations

import requests

from tests.realtime.conftest import Table

TEAMS = ["Red", "Blue"]


def scores(board: dict) -> list[tuple]:
    return [(one["rank"], one["team"], one["score"], one["players"]) for one in board["teams"]]


def test_players_choose_teams_and_all_see_the_small_one_win(table: Table):
    """Who chooses none is told which there are; a live game's team board follows each reveal; results keep the teams."""
    table.game(teams=[" Red", "Blue"], scoring="flat")
    ann = table.connect()
    refused = ann.call("join", {"pin": table.pin, "nickname": "Ann"})["error"]
    assert (refused["code"], refused["teams"]) == ("team_unknown", TEAMS)
    assert ann.call("join", {"pin": table.pin, "nickname": "Ann", "team": "Green"})["error"]["teams"] == TEAMS
    joined = ann.ok("join", {"pin": table.pin, "nickname": "Ann", "team": "red"})
    assert joined["player"]["team"] == "Red"
    assert (joined["game"]["teams"], joined["game"]["team_choice"]) == (TEAMS, "chosen")
    others = []
    for name in ("Bob", "Cat"):
        others.append(table.connect())
        others[-1].ok("join", {"pin": table.pin, "nickname": name, "team": "Blue"})
    table.host.wait("roster", lambda r: {"team": "Red"}.items() <= (r["joined"] or [{}])[0].items())
    table.host.wait("team_board", lambda b: scores(b) == [(1, "Red", 0, 1), (1, "Blue", 0, 2)])
    watched = table.host.ok("watch", {"pin": table.pin})
    assert {one["nickname"]: one["team"] for one in watched["players"]} == {"Ann": "Red", "Bob": "Blue", "Cat": "Blue"}

    table.host.ok("start")
    ann.ok("submit_answer", {"question": "q1", "answer": 1})
    others[0].ok("submit_answer", {"question": "q1", "answer": 1})
    others[1].ok("submit_answer", {"question": "q1", "answer": 0})
    expected = [(1, "Red", 1000, 1), (2, "Blue", 500, 2)]
    for client in (ann, *others, table.host):
        board = client.wait("team_board", lambda b: scores(b) == expected)
        assert client.wait("leaderboard", lambda b, at=board: (b["epoch"], b["version"]) == (at["epoch"], at["version"]))
    again = table.connect()
    back = again.ok("join", {"pin": table.pin, "token": joined["token"]})
    assert (back["player"]["team"], scores(back["team_board"])) == ("Red", expected)

    table.host.ok("end")
    bearer = {"Authorization": f"Bearer {table.server.sign_in('teacher', 'a good password')}"}
    result = requests.get(f"{table.server.url}/api/v1/results/{joined['game']['id']}", headers=bearer, timeout=60).json()
    assert scores(result) == expected
    assert {one["nickname"]: one["team"] for one in result["players"]} == {"Ann": "Red", "Bob": "Blue", "Cat": "Blue"}
    for show in ("csv", "json"):
        url = f"{table.server.url}/api/v1/games/{table.pin}/report?format={show}"
        report = requests.get(url, headers=bearer, timeout=60)
        if show == "csv":
            assert [line.split(",")[:4] for line in report.text.splitlines()][1] == ["1", "Ann", "1000", "Red"]
        else:
            assert scores(report.json()) == expected


def test_the_game_assigns_teams_evenly_and_self_paced_answers_move_them(table: Table):
    """What a player wishes for doesn't count there; and games without teams tell of none."""
    table.game("self-paced", teams=TEAMS, team_choice="assigned")
    players = [table.player(f"P{number}") for number in range(4)]
    assert sorted(one.ack["player"]["team"] for one in players) == ["Blue", "Blue", "Red", "Red"]
    players[0].ok("submit_answer", {"question": "q1", "answer": 1})
    mine = players[0].ack["player"]["team"]
    for client in (*players, table.host):
        client.wait("team_board", lambda b: scores(b)[0] == (1, mine, 5.0, 2))
    table.game()
    alone = table.player("Alone")
    assert not {"teams", "team_choice"} & alone.ack["game"].keys()
    assert "team_board" not in alone.ack
    assert "team" not in alone.ack["player"]


def test_impossible_teams_are_refused_by_name(table: Table):
    """As every payload that is not valid."""
    for teams in (["Red"], ["Red", "RED"], ["Red", ""], [1, 2], "Red"):
        refused = table.host.call("create_game", {"quiz": "all-types", "options": {"teams": teams}})["error"]
        assert refused["code"] == "invalid_payload"
        assert "teams" in refused["message"]

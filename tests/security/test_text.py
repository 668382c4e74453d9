"""Names and answers of strangers, from the client that sends them to everywhere they turn up."""

from __future__ import annotations

import json
import re
from unittest.mock import MagicMock

import pytest
import requests

from quiz.domain.errors import Kicked, NotJoined
from quiz.domain.player import Player
from quiz.realtime.players import Join, Players
from quiz.realtime.seats import Seats
from tests.harness.server import eventually

ESCAPE, OVERRIDE, INVISIBLE, HEAP = "\x1b[31m", "\u202e", "\u200b", "\u0301" * 9
CYRILLIC_A = "\u0430"
#: What a terminal, a log or a page would act on, or what shows as nothing, in names.
REFUSED = [
    *(
        f"A{bad}nn"
        for bad in (ESCAPE, OVERRIDE, INVISIBLE, HEAP, "\n", "\r", "\x00", "\x07", "\x9b", "\u2028", "\u2066", "\ufeff")
    ),
    *("\u0301Ann", "\U000e0041nn", "\u200d", "\ue000", "\u3164", "b.a.d.w.0.r.d", "xxBÁDWORDxx", f"b{CYRILLIC_A}dword"),
]
KEPT = ["O'Neil-Ñandú", "محمد", "山田太郎", "👩🏽\u200d🚒 Zoë", "🇺🇦", "<i>&amp;", "=1+1", "@SUM(A1)", "${jndi:x}", "%s%n"]


def names_of(room) -> list[str]:
    return [player["nickname"] for player in room.host.ok("watch", {"pin": room.pin})["players"]]


def test_names_are_held_to_the_rules_whoever_gives_them(room):
    """Joining and renaming refuse the same: what no one sees, what turns text about, heaps of marks, blocked words."""
    pin = room.game()
    ann = room.player("Ann")
    player = ann.ack["player"]["id"]
    for name in REFUSED:
        assert room.connect().error("join", {"pin": pin, "nickname": name}) == "nickname_invalid", name
        assert room.host.error("rename", {"player": player, "nickname": name}) == "nickname_invalid", name
    for name in KEPT:
        assert room.player(name).ack["player"]["nickname"] == name
    assert names_of(room) == ["Ann", *KEPT]


def test_one_game_has_no_two_names_that_look_alike(room):
    """Ann and Ann with a Cyrillic a are one name, whichever came first; another game has nothing to do with it."""
    pin = room.game()
    room.player("Anna")
    room.player(f"P{CYRILLIC_A}ul")
    for name in (f"Ann{CYRILLIC_A}", "\uff21nna", "ANNA", "A\u200dnna", "Paul", "PAUL"):
        assert room.connect().error("join", {"pin": pin, "nickname": name}) == "nickname_taken", name
    room.game()
    room.player("Paul")


def test_a_host_renames_a_player_and_everybody_is_told(room):
    """The player, the hosts, the board and the roster; seat, token and score are the same; the old name stays taken."""
    pin = room.game(mode="self-paced")
    ann, bob = room.player("Rude Ann"), room.player("Bob")
    player = ann.ack["player"]["id"]
    ann.ok("submit_answer", {"question": "q1", "answer": 2})
    assert room.host.ok("rename", {"player": player, "nickname": " Ann  Lee "})["player"] == {"id": player, "nickname": "Ann Lee"}
    told = {"player": player, "nickname": "Ann Lee"}
    assert ann.wait("renamed") == room.host.wait("renamed") == told
    assert bob.all("renamed") == []
    for client in (ann, bob, room.host):
        client.wait("leaderboard", lambda board: (board["top"][0]["nickname"], board["top"][0]["score"]) == ("Ann Lee", 10))
    assert names_of(room) == ["Ann Lee", "Bob"]
    back = room.connect().ok("join", {"pin": pin, "token": ann.ack["token"]})
    assert back["player"] == {"id": player, "nickname": "Ann Lee"}
    assert back["you"]["score"] == 10
    for name in ("rude ann", "Ann Lee", f"{CYRILLIC_A}nn lee"):
        assert room.connect().error("join", {"pin": pin, "nickname": name}) == "nickname_taken"
    assert room.host.error("rename", {"player": player, "nickname": "BOB"}) == "nickname_taken"
    assert room.host.error("rename", {"player": "nobody", "nickname": "Cat"}) == "not_joined"
    assert room.host.error("rename", {"player": player}) == "invalid_payload"
    assert bob.error("rename", {"player": player, "nickname": "Cat"}) == "not_host"


def test_a_kicked_player_stays_out(room):
    """With the token, under the old name and under one that looks so; what was open is closed. A new name from a new
    connection is a new player, which nobody can tell from another child: that is what locking the game is for.
    """
    pin = room.game()
    ann = room.player("Anna")
    second = room.connect()
    second.ok("join", {"pin": pin, "token": ann.ack["token"]})
    room.host.ok("kick", {"player": ann.ack["player"]["id"]})
    for client in (ann, second):
        assert client.wait("kicked")["reason"]
        eventually(lambda client=client: not client.connected)
    for payload in (
        {"token": ann.ack["token"]},
        {"nickname": "Zoe", "token": ann.ack["token"]},
        {"nickname": f"Ann{CYRILLIC_A}"},
    ):
        assert room.connect().error("join", {"pin": pin, **payload}) == "kicked"
    room.host.ok("lock", {"locked": True})
    assert room.connect().error("join", {"pin": pin, "nickname": "Zoe"}) == "game_locked"


def test_a_kicked_connection_is_no_way_in_while_it_is_being_closed():
    """In the moment that its last word takes, nobody comes back by leaving and joining under another name."""
    lobby = MagicMock()
    lobby.join.return_value = Player("p", "Zoe"), None
    players = Players(lobby, MagicMock(), Seats(), "w1", MagicMock(), MagicMock(), MagicMock())
    players.socketio = MagicMock()
    players.arrived("sid", {}, None)
    players.cut("sid", "kicked", {"reason": "rude"})
    join, leave = players.events["join"].handle, players.events["leave"].handle
    with pytest.raises(NotJoined):
        leave("sid", None)
    with pytest.raises(Kicked):
        join("sid", Join(pin="123456", nickname="Zoe"))
    lobby.join.assert_not_called()
    players.left("sid")
    players.arrived("sid", {}, None)
    join("sid", Join(pin="123456", nickname="Zoe"))


def test_answers_are_held_to_the_rules_too(room):
    """They stand on the projector: what names may not hold, answers may not; a refused one can be given again."""
    pin = room.game(mode="self-paced")
    ann = room.connect()
    ann.ok("join", {"pin": pin, "nickname": "Ann"})
    for bad in (ESCAPE, OVERRIDE, INVISIBLE, HEAP, "\x00", "\ud800"):
        assert ann.error("submit_answer", {"question": "q4", "answer": f"a{bad}b"}) == "invalid_payload"
    for good in ("👨\u200d👩\u200d👧", "می\u200cخواهم", "שָׁלוֹם", "<script>"):
        assert ann.ok("submit_answer", {"question": "q4", "answer": good})["correct"] is False


def test_logs_metrics_and_terminals_get_names_as_text(room):
    """No line, escape or label comes of a name or of what is sent in place of one."""
    pin = room.game()
    names = ["=cmd|' /C calc'!A0", "<img src=x>", "%s%n%x {0}"]
    for name in names:
        room.player(name)
    forged = f'{ESCAPE}x\r\n{{"level":"error","event":"FORGED"}}\u2028{OVERRIDE}'
    client = room.connect()
    client.error("join", {"pin": pin, "nickname": forged})
    client.error(forged, {})
    client.error("join", {"pin": forged})
    listed = room.server.flask("game", "show", pin)
    log = room.server.log
    for text in (listed, log):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", text)
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert lines
    assert not [line for line in lines if line["event"] == "FORGED"]
    metrics = requests.get(f"{room.server.url}/metrics", timeout=60).text
    for name in names:
        assert name in listed
        assert name not in metrics
    assert "FORGED" not in metrics
    assert pin not in metrics

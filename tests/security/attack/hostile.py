"""What attackers send: malformed frames, packets, events, JSON, requests and tokens.

Each maker takes its chances from a `random.Random`, which may be hypothesis's: so a test can look for the smallest that fails,
and `make attack` can make a hundred thousand of them again from one number.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from quiz.realtime.interface import ASKED
from tests.transport.client_frames import BINARY, CONTINUATION, TEXT, head, masked

PACKETS: list[str] = [
    json.loads(line) for line in Path(__file__).with_name("packets.txt").read_text().splitlines() if line[:1] == '"'
]
#: A message may have so many bytes; what is longer is one kind of attack.
LONGEST = 16_384


@dataclass(frozen=True)
class Known:
    """What an attacker has found out: a game, its own seat there, a host's quiz and, perhaps, a host's token."""

    pin: str
    token: str
    player: str = "nobody"
    quiz: str = "all-types"
    host_token: str = ""


_SCALARS: list[Any] = [
    *(None, True, False, 0, -0.0, -1, 1, 2**31, 2**53 + 1, -(2**63), 2**64, 10**30, 1.5, 1e308, float("nan"), float("inf")),
    *("", " ", "0", "q1", "q01", "true", "null", "\x00", "\ud800", "\udfff\ud800", "\u202e", "\ufeff", "a\u0300" * 50, "😀" * 40),
    *("'; DROP TABLE quiz; --", "{{7*7}}", "${jndi:ldap://127.0.0.1/}", "%s%n", "../../etc/passwd", "\r\nSET a b\r\n"),
    *("return redis.call('FLUSHALL')", "quiz:{000000}:leaderboard", "*", "x" * 5000, "__proto__", "constructor"),
]
_WRAPPERS: list[Callable[[Any], Any]] = [
    lambda value: [value],
    lambda value: {"a": value},
    lambda value: {"_placeholder": True, "num": value},
    lambda value: [value] * 50,
    lambda value: {str(value): value, "__class__": value},
]
#: A right value for a field now and then gets an attacker past the first check.
_PLAUSIBLE: dict[str, list[Any]] = {
    "nickname": ["Ada", "ada", "Eve"],
    "question": ["q1", "q2", "q7"],
    "answer": [0, 1, [1, 3], True, "Paris", 3.14, [1, 2, 0]],
    "submission": ["s1"],
    "version": [1, 2],
    "mode": ["live", "self-paced"],
    "options": [{}, {"countdown_ms": 0}, {"scoring": "flat"}],
    "locked": [False],
    "after": ["q1", None],
}
_MORE = ("score", "time", "player", "points", "rank", "host", "__proto__", "", "pin ", "\ud800")
_NAMES = ("", "connect", "disconnect", "message", "error", "*", "nothing", "state\x00", "STATE", "\ud800", "x" * 300)


def scalar(chance: Random) -> Any:
    """A value that fields don't expect."""
    return chance.choice(_SCALARS)


def junk(chance: Random, depth: int = 3) -> Any:
    """Anything that JSON can say, and some that it can't; not much longer than a message may be, since it has to be made."""
    value = scalar(chance)
    for _ in range(chance.randrange(depth + 1)):
        if len(json.dumps(value)) > LONGEST:
            break
        value = chance.choice(_WRAPPERS)(value)
    return value


def nested(chance: Random, most: int = LONGEST - 64) -> str:
    """JSON text, deeper than parsers like."""
    opened, closed = chance.choice([("[", "]"), ('{"a":', "}"), ('[{"":', "}]")])
    depth = chance.choice([100, 500, 990, 1024, 1100, 3000, most])
    depth = min(depth, (most - 1) // (len(opened) + len(closed)))
    return opened * depth + "0" + closed * (depth if chance.randrange(4) else depth // 2)


def payload(chance: Random, shape: Any, known: Known) -> Any:
    """Something for a structure: fields left out, of other types, too many; or no object at all."""
    if not chance.randrange(10):
        return junk(chance)
    made: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        roll = chance.randrange(5)
        if roll == 0:
            continue
        plausible = [getattr(known, field.name)] if hasattr(known, field.name) else _PLAUSIBLE.get(field.name, [0])
        made[field.name] = chance.choice(plausible) if roll < 3 else junk(chance)
    for _ in range(chance.randrange(3)):
        made[chance.choice(_MORE)] = junk(chance)
    return made


def event(chance: Random, known: Known, namespace: str = "/") -> list[Any]:
    """An event of the table, with something that is no good for it; or one that is in no table."""
    name = chance.choice([*ASKED[namespace], *ASKED[namespace], *ASKED["/host"], *_NAMES])
    asked = ASKED[namespace].get(name)
    sent = payload(chance, asked.payload, known) if asked else junk(chance)
    if name == "create_game" and isinstance(sent, dict) and sent.get("quiz") == known.quiz:
        sent["mode"] = junk(chance)  # a host may make games, and hundreds of them are not what is meant here
    more = [junk(chance) for _ in range(chance.randrange(3))] if not chance.randrange(6) else []
    return [name, sent, *more]


def event_text(chance: Random, known: Known, number: int, namespace: str = "/") -> str:
    """An Engine.IO text with an event that wants an acknowledgement."""
    where = "" if namespace == "/" else f"{namespace},"
    words = f"42{where}{number}{json.dumps(event(chance, known, namespace))}"
    return words if len(words) < LONGEST else f"42{where}{number}{json.dumps(['state', 'x' * 16_000])}"


def packet(chance: Random) -> str:
    """An Engine.IO text that is no event that makes sense: of the list, damaged, or put together."""
    roll = chance.randrange(6)
    if roll == 0:
        where, name = chance.choice(["", "7", "/host,3"]), chance.choice(['"state",', ""])
        return f"42{where}[{name}{nested(chance, LONGEST - 40)}]"
    if roll == 1:
        kind, count = chance.choice("0123456789²٢x-"), chance.choice(["", "1-", "0-", "8-", "99-", "-", "٢-"])
        where = chance.choice(["", "/host,", "/", "/nowhere,", "/host?a=b,", "/" + "x" * 500 + ","])
        number = chance.choice(["", "0", "-1", "9" * 30, "9" * 101, "²", "1e3"])
        return f"4{kind}{count}{where}{number}{json.dumps(junk(chance))}"[:LONGEST]
    words = chance.choice(PACKETS)
    return words if roll < 4 else damaged(chance, words)


def damaged(chance: Random, words: str) -> str:
    """A text with some characters lost, doubled or replaced."""
    letters = list(words)
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(letters) + 1)
        letters[place : place + chance.randrange(2)] = chance.choice(["", "[", "{", '"', "\\", "\x00", "9", ",", "é", "\u2028"])
    return "".join(letters)


def text_frame(words: str) -> bytes:
    """A text message; half a pair of surrogates goes out as no UTF-8."""
    return masked(TEXT, words.encode("utf-8", "surrogatepass"))


def frames(chance: Random) -> bytes:
    """The bytes of frames that break a rule of RFC 6455, or hardly keep it."""
    opcode = chance.choice([CONTINUATION, TEXT, BINARY, 3, 7, 8, 9, 10, 11, 15])
    said = chance.choice([b"", b"\xff\xfe", b"42[]", bytes(range(200)), "é".encode()[:1], b"\x03\xe8ok", b"\x00\x01", b"x" * 126])
    return chance.choice(
        [
            lambda: masked(opcode, said, final=bool(chance.randrange(2)), reserved=chance.choice([0, 0, 1, 4, 7])),
            lambda: masked(opcode, said, mask=None),
            lambda: head(opcode, chance.choice([0, 5, 125]), extended=chance.choice([2, 8])),
            lambda: head(opcode, chance.choice([LONGEST, LONGEST + 1, 2**32, 2**63 - 1])) + b"y" * 100,
            lambda: masked(TEXT, b"4", final=False) + masked(CONTINUATION, b"", final=False) * chance.randrange(1, 200),
            lambda: masked(TEXT, b"a", final=False) + masked(TEXT, b"b"),
            lambda: b"".join(masked(9, said[:125]) for _ in range(chance.randrange(1, 50))),
            lambda: masked(8, chance.choice([b"\x03\xe8", b"\x03\xed", b"\x00\x00", b"\xff\xff", b"\x03", b"\x03\xe8\xff"])),
            lambda: chance.randbytes(chance.randrange(1, 300)),
            lambda: b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        ]
    )()


_LINES = [
    *("GET / HTTP/1", "GET / HTTP/1.1.1", "GET / HTTP/x.y", "GET / HTTP/", "GET / HTTP/-1.1", "GET / HTTP/1.99", "GET / FTP/1.1"),
    *(
        "GET",
        "",
        " ",
        "GET  HTTP/1.1",
        "\x00\x01\x02",
        "GET http://[::1 HTTP/1.1",
        "GET //evil.example/ HTTP/1.1",
        "PRI * HTTP/2.0",
    ),
    *("GET /%00%ff%fe HTTP/1.1", "GET /../../etc/passwd HTTP/1.1", "GET /static/..%2f..%2fapp.py HTTP/1.1", "BREW / HTTP/1.1"),
    *(
        "GET /?pin=%ff&pin=\xff HTTP/1.1",
        "GET /play/999999%0d%0aSet-Cookie:x HTTP/1.1",
        "TRACE / HTTP/1.1",
        "CONNECT a:1 HTTP/1.1",
    ),
    *("GET /api/v1/quizzes/%2e%2e HTTP/1.1", "GET /api/v1/games/٢٢٢٢٢٢ HTTP/1.1", "OPTIONS * HTTP/1.1", "HEAD /metrics HTTP/1.0"),
    *("DELETE /api/v1/session HTTP/1.1", "PATCH /api/v1/games/1 HTTP/1.1", "GET /actuator/metrics/%7b%7d HTTP/1.1"),
    *("GET /socket.io/?EIO=4&transport=polling&sid=../x HTTP/1.1", "GET /socket.io/?EIO=3&transport=polling HTTP/1.1"),
    *(
        "GET /socket.io/?EIO=4&transport=x HTTP/1.1",
        "GET /socket.io/?EIO=4&transport=polling&j=x HTTP/1.1",
        "GET /socket.io/ HTTP/1.1",
    ),
    *("GET /socket.io/?EIO=4&transport=websocket&sid=x HTTP/1.1", "PUT /socket.io/?EIO=4&transport=polling HTTP/1.1"),
    *("POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1", "GET /?" + "a" * 9000 + " HTTP/1.1", "G" * 9000),
]
_FIELDS = [
    *(
        "Host: x",
        "Host: x\r\nHost: y",
        "Host: a b",
        "Host : x",
        " folded: x",
        "X: \x00",
        "X: \x7f\xff",
        "Content-Length: 5",
        ": x",
    ),
    *("Content-Length: -1", "Content-Length: 0x5", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: " + "9" * 30),
    *("Transfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5", "Transfer-Encoding: gzip, chunked"),
    *(
        "Expect: 100-continue",
        "Expect: nonsense",
        "Connection: upgrade",
        "Upgrade: websocket",
        "Upgrade: h2c",
        "Range: bytes=0-,1-",
    ),
    *(
        "Cookie: quiz_session=" + "a" * 3000,
        "Cookie: \xff=\xfe; =; quiz_session",
        "Authorization: Bearer \xff",
        "Authorization: x",
    ),
    *(
        "X-Forwarded-For: " + "1.1.1.1," * 200,
        "Content-Type: text/html; charset=\xff",
        "Accept-Encoding: \x01",
        "If-Modified-Since: x",
    ),
    *(
        "Origin: null",
        "Origin: https://elsewhere.example",
        "Sec-WebSocket-Key: x",
        "Sec-WebSocket-Version: 99",
        "A: " + "b" * 17_000,
    ),
]
_CHUNKS = [
    b"5\r\nhello\r\n0\r\n\r\n",
    b"zz\r\n",
    b"-1\r\n",
    b"F" * 40 + b"\r\n",
    b"5;" + b"e" * 9000,
    b"5\r\nhel",
    b"0\r\nA\x00: b\r\n\r\n",
]


def request(chance: Random) -> bytes:
    """An HTTP request that a server may stumble over."""
    lines = [chance.choice(_LINES), *(chance.choice(_FIELDS) for _ in range(chance.randrange(5)))]
    if not chance.randrange(10):
        lines += [f"X-{number}: y" for number in range(150)]
    told = (
        "\r\n".join(lines).encode("utf-8", "surrogatepass")
        if chance.randrange(2)
        else "\r\n".join(lines).encode("latin-1", "replace")
    )
    return told + b"\r\n\r\n" + chance.choice([b"", b"hello", *_CHUNKS])


def polled(chance: Random) -> bytes:
    """The body of an Engine.IO POST."""
    roll = chance.randrange(5)
    if roll == 0:
        return chance.choice(
            [b"", b"\xff\xfe", b"d=", b"d=4", b"x=4", b"d=%ff", b"4" * 17_000, b"b" + b"=" * 9, b"bA", b"\x1e\x1e\x1e"]
        )
    if roll == 1:
        return "\x1e".join(packet(chance) for _ in range(chance.choice([2, 15, 16, 17, 200]))).encode("utf-8", "surrogatepass")[
            :LONGEST
        ]
    return packet(chance).encode("utf-8", "surrogatepass")[:LONGEST]


def body(chance: Random, known: Known) -> bytes:
    """The body of a request to the HTTP interface that wants JSON."""
    roll = chance.randrange(5)
    if roll == 0:
        return nested(chance, chance.choice([10_000, 200_000])).encode()
    if roll == 1:
        return json.dumps({"name": "x" * chance.choice([10, 100_000, 900_000]), "password": "y"}).encode()
    if roll == 2:
        return chance.choice(
            [b"", b"\xff\xfe{", b"{", b'{"name":"\\ud800","password":"\\ud800"}', b"[]", b"null", b"{}{}", b"1e999"]
        )
    keys = chance.choice([("name", "password"), ("quiz", "mode", "options")])
    return json.dumps({key: junk(chance) for key in keys}).encode("utf-8", "surrogatepass")


def forged(chance: Random, genuine: str) -> str:
    """A token that nobody signed, made from one that somebody did."""
    content, _, rest = genuine.partition(".")
    stamp, _, signature = rest.partition(".")
    place = chance.randrange(len(genuine))

    def flipped() -> str:
        # The last character of base64 holds bits that mean nothing: any other one will do.
        at = place if place < len(genuine) - 1 else 0
        other = "A" if genuine[at] != "A" else "B"
        return genuine[:at] + other + genuine[at + 1 :]

    return chance.choice(
        [
            flipped,
            lambda: genuine[:place],
            lambda: genuine + chance.choice(["A", ".", "\x00", "\ud800", " "]),
            lambda: f"{content}.{stamp}.",
            lambda: f"{content}..{signature}",
            lambda: f"{content}.{signature}",
            lambda: f".{content}.{stamp}.{signature}",
            lambda: f"{base64.urlsafe_b64encode(json.dumps(['x', 'y']).encode()).decode().rstrip('=')}.{stamp}.{signature}",
            lambda: _signed("", "player-v1", content),
            lambda: _signed("None", "host-v1", content),
            lambda: _unsigned("HS256", content),
            lambda: _unsigned("none", content),
            lambda: "." * chance.randrange(1, 400),
            lambda: str(scalar(chance)),
        ]
    )()


def _signed(key: str, salt: str, content: object) -> str:
    kind = URLSafeTimedSerializer if salt == "player-v1" else URLSafeSerializer
    made = kind(key, salt=salt).dumps(content)
    return made if isinstance(made, str) else made.decode()


def _unsigned(algorithm: str, content: object) -> str:
    parts = [{"alg": algorithm, "typ": "JWT"}, {"sub": content}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."

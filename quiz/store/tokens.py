"""Signed tokens: a player's, bound to game and player, and a host's, from signing in. Nothing is stored for them."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import count
from math import inf
from typing import Any

import msgspec
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode, want_bytes
from itsdangerous.signer import SigningAlgorithm

from quiz.domain.errors import Unauthorized
from quiz.domain.game import Game
from quiz.play.sessions import Session

#: How long a player may stay away from a game.
PLAYER_SECONDS = 30 * 24 * 3600
#: How far another worker's clock may be ahead when it makes a host's token. What revokes sessions goes by when they were made.
AHEAD = 5
REFUSED = "the token is forged or has expired"
#: Random blanks, of two bits each, in a host's token.
BLANKS = 24


class _Hmac(SigningAlgorithm):
    """The library's own, as one call. Everybody who comes is given a token."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class _Uncompressed(URLSafeTimedSerializer):
    """To try how much shorter a token could be takes ten times as long as all the rest, and ours are too short for that."""

    @cached_property
    def _signer(self) -> Any:
        return super().make_signer()

    def make_signer(self, salt: str | bytes | None = None) -> Any:
        """One for all tokens of a kind: it keeps nothing of any of them, and nobody asks for another salt."""
        return self._signer

    def dump_payload(self, obj: object) -> bytes:
        return base64_encode(msgspec.json.encode(obj))


class _Blank(_Uncompressed):
    """Blanks at the end of the JSON make each token another one, and mean nothing to whoever reads it, the release before
    included.
    """

    def dump_payload(self, obj: object) -> bytes:
        blanks = "".join(secrets.choice(" \t\n\r") for _ in range(BLANKS))
        return base64_encode(msgspec.json.encode(obj) + blanks.encode())


class Tokens:
    """Makes and reads both kinds; each has a salt of its own, so that one never passes for the other."""

    def __init__(self, keys: Sequence[str], host_seconds: int, clock: Callable[[], int]) -> None:
        """`keys`: the last one signs, and what any of them signed is accepted. `clock`: epoch milliseconds, the same for all
        workers, but for one that has never met the store: a player whom that one lets in must not be kept out by the others.
        """

        class Signer(TimestampSigner):
            def __init__(self, secret_keys: Sequence[bytes], salt: bytes) -> None:
                super().__init__(secret_keys, salt, algorithm=_Hmac())
                self._derived = {key: super(Signer, self).derive_key(key) for key in self.secret_keys}

            def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
                return self._derived[self.secret_key if secret_key is None else want_bytes(secret_key)]

            def get_timestamp(self) -> int:
                return clock() // 1000

        self._players = _Uncompressed(keys, salt="player-v1", signer=Signer)
        self._hosts = _Blank(keys, salt="host-v1", signer=Signer)
        self.host_seconds, self._clock = host_seconds, clock
        self._key = keys[-1].encode()

    def for_player(self, game: Game, player: str) -> str:
        """What lets a player back into the game."""
        return self._made(self._players, [game.id, player])

    def player(self, token: str, game: Game) -> str:
        """The player whose token of this game it is; raises Unauthorized if it is forged, expired or another game's."""
        found, _ = self._read(self._players, token, PLAYER_SECONDS)
        if not isinstance(found, list) or len(found) != 2 or found[0] != game.id:
            raise Unauthorized("this token belongs to another game")
        return str(found[1])

    def player_of(self, game: Game, attempt: str) -> str:
        """See `PlayerTokens.player_of`. No id that others see tells which attempt leads to it."""
        made = hmac.digest(self._key, f"seat-v1|{game.id}|{attempt}".encode(), "sha256")
        return urlsafe_b64encode(made[:6]).decode()

    def pins_of(self, host: str, attempt: str) -> Iterator[str]:
        """See `PlayerTokens.pins_of`. Nobody without the key can foresee them."""
        for place in count():
            made = hmac.digest(self._key, f"pin-v1|{host}|{attempt}|{place}".encode(), "sha256")
            yield f"{100_000 + int.from_bytes(made[:8], 'big') % 900_000}"

    def for_host(self, name: str) -> str:
        """What a host gets for signing in; no two are alike."""
        return self._made(self._hosts, name)

    def session(self, token: str) -> Session:
        """The session of a host's token; raises Unauthorized."""
        name, issued_at = self._read(self._hosts, token, self.host_seconds, AHEAD)
        # What is signed names it: the signature can be written in more than one way.
        made = sha256(token.rpartition(".")[0].encode()).hexdigest()[:32]
        return Session(str(name), made, issued_at, issued_at + self.host_seconds)

    @staticmethod
    def _made(serializer: URLSafeTimedSerializer, content: object) -> str:
        made = serializer.dumps(content)
        return made if isinstance(made, str) else made.decode()

    def _read(self, serializer: URLSafeTimedSerializer, token: str, seconds: int, ahead: float = inf) -> tuple[object, int]:
        """What a token holds, and the second in which it was made; raises Unauthorized."""
        try:
            content, signed = serializer.loads(token, return_timestamp=True)
            made = round(signed.timestamp())
        except (BadData, UnicodeError) as error:
            raise Unauthorized(REFUSED) from error
        if not -ahead <= self._clock() // 1000 - made <= seconds:
            raise Unauthorized(REFUSED)
        return content, made

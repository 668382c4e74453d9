"""Which sessions of hosts are over, in Redis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from quiz.play.holdings import Host
from quiz.play.sessions import Account, Ended, Session
from quiz.store import keys
from quiz.store.connection import SharedRedis, busy_if_unreachable, script


@busy_if_unreachable
class RedisSessions:
    """`play.sessions.Ledger`: a hash of hosts, and a sorted set of sessions by when their tokens expire."""

    def __init__(self, client: SharedRedis) -> None:
        self._redis: Any = client
        self._end_all = script(client, "quiz.store", "sign_out")

    def account(self, session: Session) -> Account:
        """See `Ledger.account`."""
        stored = self._redis.hget(keys.HOSTS, session.name)
        until = self._redis.hget(keys.SIGNED_OUT, session.name)
        over = self._redis.zscore(keys.SESSIONS_OVER, session.id)
        admin = msgspec.json.decode(stored, type=Host).admin if stored else None
        return Account(admin, int(until or 0), over is not None)

    def end(self, sessions: Mapping[str, int], now: int) -> None:
        """See `Ledger.end`. Those whose tokens have expired need not be remembered."""
        self._redis.zadd(keys.SESSIONS_OVER, dict(sessions))
        self._redis.zremrangebyscore(keys.SESSIONS_OVER, "-inf", now - 1)

    def end_all(self, hosts: Mapping[str, int]) -> None:
        """See `Ledger.end_all`."""
        self._end_all([keys.SIGNED_OUT], [part for pair in hosts.items() for part in pair])

    def ended(self) -> Ended:
        """See `Ledger.ended`."""
        accounts = [msgspec.json.decode(one, type=Host) for one in self._redis.hvals(keys.HOSTS)]
        return Ended(
            hosts={name: int(until) for name, until in self._redis.hgetall(keys.SIGNED_OUT).items()},
            sessions={one: int(expiry) for one, expiry in self._redis.zrange(keys.SESSIONS_OVER, 0, -1, withscores=True)},
            admins=frozenset(account.name for account in accounts if account.admin),
        )

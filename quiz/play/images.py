"""Pictures of questions: each is kept under the hash of what it is, and served to whoever knows that."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from threading import Lock
from typing import Protocol

import msgspec

from quiz.domain.errors import ImageNotFound, LimitReached

#: Where a picture is served; quizzes hold this address.
ADDRESS = re.compile(r"/images/([0-9a-f]{32})\.webp")
#: Bytes of pictures that a process keeps at hand: a class asks for the same one at once.
AT_HAND = 32 * 1024 * 1024
#: Pictures that are fetched at a time, those of one id one after the other.
FETCHED = 16


class Picture(msgspec.Struct, frozen=True):
    """A picture as it is kept: WebP, without anything that was not to be seen."""

    data: bytes
    width: int
    height: int


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a picture. Times are epoch milliseconds; `unused_at`, 0 while it is used, is when that was noticed."""

    owner: str
    bytes: int
    width: int
    height: int
    created_at: int
    unused_at: int = 0


class Pictures(Protocol):
    """Where the pictures themselves lie. Raises ServerBusy."""

    def put(self, id: str, data: bytes) -> None:
        """Keeps one."""

    def get(self, id: str) -> bytes | None:
        """One."""

    def delete(self, id: str) -> None:
        """Removes one, if it is there."""


class Register(Protocol):
    """Which pictures there are, and how much each host has. Raises ServerBusy."""

    def get(self, id: str) -> Kept | None:
        """What is known of one."""

    def put(self, id: str, kept: Kept) -> None:
        """Notes one, or something else about it."""

    def delete(self, id: str) -> None:
        """Forgets one."""

    def all(self) -> dict[str, Kept]:
        """All of them."""

    def bytes_of(self, owner: str) -> int:
        """Of all that a host has brought."""

    def add_bytes(self, owner: str, count: int) -> None:
        """A host has brought so many more."""

    def set_bytes(self, counts: Mapping[str, int]) -> None:
        """All hosts have exactly these."""


class Images:
    """Takes pictures and gives them. `now` gives epoch milliseconds, `bytes_per_host` is the most that one may bring."""

    def __init__(self, pictures: Pictures, register: Register, now: Callable[[], int], bytes_per_host: int) -> None:
        self.pictures, self.register, self._now, self._most = pictures, register, now, bytes_per_host
        self._at_hand: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0
        self._fetching = [Lock() for _ in range(FETCHED)]
        self.refused: Counter[str] = Counter()

    def take(self, picture: Picture, owner: str) -> str:
        """Keeps a picture that a host brings; its address. One that is there already is nobody's second. Raises LimitReached."""
        id, size = sha256(picture.data).hexdigest()[:32], len(picture.data)
        known = self.register.get(id)
        if known is None and self.register.bytes_of(owner) + size > self._most:
            self.refused["image_bytes_per_host"] += 1
            raise LimitReached(f"all your images together have {self._most} bytes at most; delete quizzes with some first")
        if known is None or known.unused_at:
            made = Kept(owner=owner, bytes=size, width=picture.width, height=picture.height, created_at=self._now())
            self.register.put(id, made if known is None else msgspec.structs.replace(known, unused_at=0))
        if known is None:
            self.register.add_bytes(owner, size)
        # Last: what was noted and never came is found unused, what came and was never noted would stay for ever.
        self.pictures.put(id, picture.data)
        return f"/images/{id}.webp"

    def get(self, id: str) -> bytes:
        """A picture; raises ImageNotFound."""
        found = self._at_hand.get(id)
        if found is None:
            with self._fetching[int(id[:4], 16) % FETCHED]:
                found = self._at_hand.get(id) or self._fetched(id)
        self._at_hand.move_to_end(id)
        return found

    def _fetched(self, id: str) -> bytes:
        found = self.pictures.get(id)
        if found is None:
            raise ImageNotFound
        self._at_hand[id] = found
        self._held += len(found)
        while self._held > AT_HAND and len(self._at_hand) > 1:
            self._held -= len(self._at_hand.popitem(last=False)[1])
        return found

    def sweep(self, used: set[str], keep_ms: int) -> int:
        """Removes the pictures that are used by nothing, and were not `keep_ms` ago either; how many."""
        now, removed, counts = self._now(), 0, Counter[str]()
        for id, kept in self.register.all().items():
            if id in used or not kept.unused_at:
                if (id in used) != (not kept.unused_at):
                    self.register.put(id, msgspec.structs.replace(kept, unused_at=0 if id in used else now))
            elif now - kept.unused_at > keep_ms and self.register.get(id) == kept:
                self.register.delete(id)
                self.pictures.delete(id)
                removed += 1
                continue
            counts[kept.owner] += kept.bytes
        self.register.set_bytes(counts)
        return removed

"""Who gets the next guess of an address that has spent its own: a class must not lose every one to a neighbour who guesses."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

#: Seconds after its last refusal for which an address is contested, and for which it is remembered that a PIN was asked for.
LASTING = 15.0
#: Seconds that a guess which has come back is kept for a PIN that several ask for, on whichever worker.
KEPT = 1.0
#: Contested addresses that are remembered, and PINs of each.
ADDRESSES, PINS = 1000, 500


@dataclass(slots=True)
class _Contested:
    """An address: when somebody was refused last, when it has a guess again, and how many asked for a PIN, the last one when."""

    refused: float
    due: float
    asked: dict[str, tuple[int, float]] = field(default_factory=dict)


class Contest:
    """Of the PINs that are asked for at an address, the one that most connections ask for goes first.

    A class of pupils all know the same PIN, and who guesses tries many: so of those none has more than a few connections.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._addresses: OrderedDict[str, _Contested] = OrderedDict()

    def refused(self, address: str, pin: str, wait_s: float, *, first: bool) -> None:
        """A connection was refused a look at a PIN for so long; `first`: it had not asked for this one before."""
        now = self._clock()
        found = self._addresses.get(address)
        if found is None:
            found = self._addresses[address] = _Contested(now, now + wait_s)
            if len(self._addresses) > ADDRESSES:
                self._addresses.popitem(last=False)
        if now >= found.due + KEPT:
            found.due = now + wait_s
        found.refused = now
        if len(found.asked) >= PINS:  # they may well be asked for again
            found.asked = {other: (times, at) for other, (times, at) in found.asked.items() if times > 1 and now - at < LASTING}
        times, _ = found.asked.get(pin, (0, now))
        if times or len(found.asked) < PINS:
            found.asked[pin] = (times + first, now)

    def looked_at(self, address: str, pin: str) -> None:
        """The PIN has had its turn."""
        found = self._addresses.get(address)
        if found is not None:
            found.asked.pop(pin, None)
            found.due = self._clock()

    def on(self, address: str) -> bool:
        """Whether somebody at the address was refused lately."""
        found = self._addresses.get(address)
        return found is not None and self._clock() - found.refused < LASTING

    def wanted(self, address: str, pin: str) -> bool:
        """Whether several ask for it."""
        found = self._addresses.get(address)
        return found is not None and found.asked.get(pin, (0, 0.0))[0] > 1

    def goes_first(self, address: str, pin: str, *, believed: bool) -> bool:
        """Whether this PIN may have the next guess: nobody else wants it, or no other PIN is asked for by more connections.

        `believed`: who asks has not tried many others.
        """
        now = self._clock()
        found = self._addresses.get(address)
        if found is None or not found.asked:
            return True
        if now - found.refused >= LASTING:
            del self._addresses[address]
            return True
        its = found.asked.get(pin, (0, now))[0]
        if not believed or (its <= 1 and now < found.due + KEPT):
            return False
        return all(times <= its or now - at >= LASTING for times, at in found.asked.values())

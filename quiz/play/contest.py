"""Who gets the next guess of an address that has spent its own: a class must not lose every one to a neighbour who guesses."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

#: Seconds after its last refusal for which an address is contested, and for which it is remembered that a PIN was asked for.
LASTING = 15.0
#: Contested addresses that are remembered, and PINs of each.
ADDRESSES, PINS = 1000, 500


class Contest:
    """Of the PINs that are asked for at an address, the one that most connections ask for goes first.

    A class of pupils all know the same PIN, and who guesses tries many: so of those none has more than a few connections.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._addresses: OrderedDict[str, tuple[float, dict[str, tuple[int, float]]]] = OrderedDict()

    def refused(self, address: str, pin: str, *, first: bool) -> None:
        """A connection was refused a look at a PIN; `first`: it had not asked for this one before."""
        now = self._clock()
        _, asked = self._addresses.get(address, (now, {}))
        asked = (
            {other: (times, at) for other, (times, at) in asked.items() if now - at < LASTING} if len(asked) >= PINS else asked
        )
        times, _ = asked.get(pin, (0, now))
        if times or len(asked) < PINS:
            asked[pin] = (times + first, now)
        self._addresses[address] = (now, asked)
        self._addresses.move_to_end(address)
        if len(self._addresses) > ADDRESSES:
            self._addresses.popitem(last=False)

    def looked_at(self, address: str, pin: str) -> None:
        """The PIN has had its turn."""
        if address in self._addresses:
            self._addresses[address][1].pop(pin, None)

    def goes_first(self, address: str, pin: str, *, believed: bool) -> bool:
        """Whether this PIN may have the next guess: nobody else wants it, or no other PIN is asked for by more connections.

        `believed`: who asks has not tried many others.
        """
        now = self._clock()
        last, asked = self._addresses.get(address, (0.0, {}))
        if not asked:
            return True
        if now - last >= LASTING:
            del self._addresses[address]
            return True
        its = asked.get(pin, (0, now))[0]
        return believed and all(times <= its or now - at >= LASTING for times, at in asked.values())

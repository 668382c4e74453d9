"""Where a right answer stands among wrong ones: by chance, and at the next import of the same file in the same place."""

from __future__ import annotations

import random
from collections.abc import Sequence


def mixed(right: str, wrong: Sequence[str], seed: str) -> tuple[list[str], int]:
    """All of them in an order that the texts and the seed decide, and the id of the right one."""
    texts = [right, *wrong]
    order = list(range(len(texts)))
    random.Random("|".join([seed, *texts])).shuffle(order)
    return [texts[place] for place in order], order.index(0)

"""Results counted a second time, in another way: from what was sent and told, with nothing of the code that counts them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Sent:
    """An answer that was acknowledged, with what is due for it; `right` is None for a poll."""

    player: str
    question: str
    answer: Any
    right: bool | None
    points: int


@dataclass
class Tally:
    """What must come out. `sent` is in the order in which answers were acknowledged."""

    nicknames: Mapping[str, str]
    questions: Sequence[str]
    sent: list[Sent] = field(default_factory=list)

    def players(self) -> list[dict[str, Any]]:
        """Each player's sums, by nickname; ranks by points alone."""
        found = []
        points: Counter[str] = Counter(dict.fromkeys(self.nicknames, 0))
        for one in self.sent:
            points[one.player] += one.points
        for player, nickname in self.nicknames.items():
            own = [one for one in self.sent if one.player == player]
            runs, run = [0], 0
            for one in own:
                run = run if one.right is None else run + 1 if one.right else 0
                runs.append(run)
            found.append(
                {
                    "nickname": nickname,
                    "rank": 1 + sum(other > points[player] for other in points.values()),
                    "score": points[player],
                    "answered": len(own),
                    "right": sum(one.right is True for one in own),
                    "streak": max(runs),
                }
            )
        return sorted(found, key=lambda one: one["nickname"])

    def of_questions(self) -> list[dict[str, Any]]:
        """How each question was answered; an answer counts by how it is written as text."""
        by_question = defaultdict(list)
        for one in self.sent:
            by_question[one.question].append(one)
        found = []
        for question in self.questions:
            own = by_question[question]
            poll = bool(own) and own[0].right is None
            found.append(
                {
                    "id": question,
                    "answered": len(own),
                    "right": None if poll else sum(one.right is True for one in own),
                    "distribution": Counter(str(one.answer) for one in own),
                }
            )
        return found


def told_players(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of results as JSON what a tally says of players."""
    names = ("nickname", "rank", "score", "answered", "right", "streak")
    return sorted(({name: one[name] for name in names} for one in result["players"]), key=lambda one: one["nickname"])


def told_questions(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of results as JSON what a tally says of questions."""
    return [
        {
            "id": one["id"],
            "answered": one["answered"],
            "right": one["right"],
            "distribution": Counter({str(answer["answer"]): answer["count"] for answer in one["distribution"]}),
        }
        for one in result["questions"]
    ]

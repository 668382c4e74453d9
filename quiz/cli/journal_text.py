"""Records of journals as people and programs read them. Nothing in them is secret: there are no tokens in journals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from quiz.cli.output import moment, table
from quiz.domain.game import Game
from quiz.resilience.inspection import File, Folder, Holding, time_of
from quiz.resilience.records import Answered, Joined, Moved, Opened, Record, Removed, Renamed, Reset, decoded, receipt_of
from quiz.resilience.replay import Remains

_HELD = {True: "yes", False: "no", None: "?"}


def listed(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str] = ("at", "file", "record", "player", "nickname", "said")
) -> None:
    """Prints some of the fields of rows as a table."""
    table(names, [[_shown(name, row.get(name)) for name in names] for row in rows])


def _shown(name: str, value: Any) -> Any:
    if name == "held":
        return _HELD[value]
    if name in ("at", "newest"):
        return moment(value) if value else "-"
    return "-" if value is None else ("yes" if value else "no") if isinstance(value, bool) else value


def file_row(file: File) -> dict[str, Any]:
    """A journal; `damaged` is how many of its lines are, `held` None where nobody can tell."""
    return {
        "file": file.name,
        "records": file.records,
        "bytes": file.size,
        "damaged": len(file.damaged),
        "torn": file.torn,
        "held": file.held,
    }


def rows_of(folder: Folder, wanted: Mapping[str, Holding]) -> Iterator[dict[str, Any]]:
    """The records of some games, those of all journals together by time; each journal's keep their order."""
    found: list[tuple[int, dict[str, Any]]] = []
    times: dict[str, int] = {}
    for file, line in folder.records():
        try:
            record = decoded(line)
        except msgspec.MsgspecError:
            continue
        if record.game in wanted:
            of = wanted[record.game].remains
            at = time_of(record, of.content.created_at if of.content else None)
            # Who has no time of their own stand after what came before them in their journal.
            times[file.name] = max(at or 0, times.get(file.name, 0))
            found.append((times[file.name], {"file": file.name, "at": at, "game": record.game, **_fields(record, of)}))
    found.sort(key=lambda one: one[0])
    return (row for _, row in found)


def _fields(record: Record, of: Remains) -> dict[str, Any]:
    match record:
        case Opened():
            game = record.content
            fields = {"pin": game.pin, "title": game.title, "mode": game.mode, "questions": len(game.questions)}
            return {"record": "game", **fields, "said": f"{game.mode}, questions: {len(game.questions)}, {game.title}"}
        case Joined():
            return {"record": "join", "player": record.player, "nickname": record.nickname}
        case Answered():
            row = answer_row(record, of.content, of)
            answer = msgspec.json.encode(row["answer"]).decode()
            said = f"{row['question']}: {answer}, points: {row['points']}"
            return {"record": "answer", **row, "generation": record.generation, "said": said}
        case Moved():
            question = _question(of.content, record.phase.index) if record.phase.index >= 0 else None
            fields = {"state": record.phase.state, "version": record.phase.version, "question": question}
            return {"record": "phase", **fields, "said": f"{record.phase.state} {question or ''}".rstrip()}
        case Removed():
            return {"record": "kick", "player": record.player, "nickname": _nickname(of, record.player)}
        case Renamed():
            return {"record": "rename", "player": record.player, "nickname": record.nickname}
        case Reset():
            return {"record": "reset", "generation": record.generation, "said": f"generation {record.generation}"}


def answer_row(record: Answered, game: Game | None, of: Remains) -> dict[str, Any]:
    """An answer with the time at which it came."""
    receipt = receipt_of(record.receipt)
    return {
        "player": record.player,
        "nickname": _nickname(of, record.player),
        "question": _question(game, record.index),
        "at": receipt.at,
        "answer": receipt.answer,
        "right": receipt.right,
        "points": receipt.points,
    }


def _nickname(of: Remains, player: str) -> str | None:
    known = of.renamed.get(player) or of.seats.get(player)
    return known.nickname if known else None


def _question(game: Game | None, index: int) -> str:
    known = game is not None and index < len(game.questions)
    return game.questions[index].id if game is not None and known else f"number {index + 1}"

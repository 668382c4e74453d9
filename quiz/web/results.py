"""What came of games, at `/api/v1/results`, and a game's report. What takes long lets others in again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any, cast

import msgspec
from flask import Blueprint, Response, request
from gevent.lock import BoundedSemaphore

from quiz import reports
from quiz.domain.errors import InvalidPayload, ServerBusy
from quiz.platform import Platform
from quiz.play import rights
from quiz.play.admission import Caller
from quiz.play.archive import Archive
from quiz.play.holdings import Finished
from quiz.play.results import player_answers, question_answers
from quiz.reports.rows import SHOWS, Show
from quiz.transport.addresses import counted
from quiz.web.conditions import unless_known
from quiz.web.session import asking

#: Games on a page, unless another number is asked for, and at most.
PAGE, MOST = 20, 100
#: Reports that are made at once by one worker, those that may wait for it, and when others may try again.
AT_ONCE, WAITING, RETRY_MS = 1, 8, 3000

_UNTIL = re.compile(rb'"kept_until":[0-9]+')
_PLACE = re.compile(r"([0-9]{1,15})\.([\w-]{1,64})")


class ResultPage(msgspec.Struct, frozen=True):
    """Finished games, the last first. `next` is what to ask for as `before` to get those that follow; null at the end."""

    results: list[Finished]
    next: str | None


class Line:
    """Who wants what takes long stands in line."""

    def __init__(self) -> None:
        self._turns, self._there = BoundedSemaphore(AT_ONCE), 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a turn; raises ServerBusy if too many wait already."""
        if self._there >= AT_ONCE + WAITING:
            raise ServerBusy("too many reports are being made right now; try again", retry_after_ms=RETRY_MS)
        self._there += 1
        try:
            with self._turns:
                yield
        finally:
            self._there -= 1


def blueprint(platform: Platform) -> Blueprint:
    """`/api/v1/results`, `/api/v1/games/<pin>/report`."""
    routes = Blueprint("results", __name__, url_prefix="/api/v1")
    records, line = platform.records, Line()

    def found(game_id: str) -> tuple[Archive, Finished]:
        record, summary = records.find(game_id)
        rights.run(asking(), record.game)
        return record, summary

    @routes.get("/results")
    def listed() -> Response:
        most, before, quiz = _most(), _before(), request.args.get("quiz")
        page = records.page(rights.finished(asking()), quiz, before, most + 1)
        more = f"{page[most - 1].finished_at}.{page[most - 1].id}" if len(page) > most else None
        return tagged(ResultPage(page[:most], more))

    @routes.get("/results/<game>")
    def one(game: str) -> Response:
        return tagged(records.result(*found(game)))

    @routes.delete("/results/<game>")
    def delete(game: str) -> tuple[str, int]:
        record, _ = records.find(game)
        rights.own(asking(), record.game)
        records.delete(game)
        return "", 204

    @routes.get("/results/<game>/comparison")
    def compared(game: str) -> Response:
        with line.turn():
            return tagged(records.compared(rights.finished(asking()), *found(game)))

    @routes.get("/results/<game>/questions/<index>")
    def of_question(game: str, index: str) -> Response:
        record, _ = found(game)
        number = int(index) if re.fullmatch(r"[0-9]{1,5}", index) else -1
        return tagged(question_answers(record, number))

    @routes.get("/results/<game>/players/<player>")
    def of_player(game: str, player: str) -> Response:
        record, summary = found(game)
        return tagged(player_answers(record, records.result(record, summary), player))

    @routes.delete("/results/<game>/players/<player>")
    def forget(game: str, player: str) -> tuple[str, int]:
        record, _ = records.find(game)
        rights.own(asking(), record.game)
        records.forget_player(game, player)
        return "", 204

    @routes.get("/results/<game>/report")
    def report(game: str) -> Response:
        format, show = _asked()
        with line.turn():
            return _report(*found(game), format, show)

    @routes.get("/games/<pin>/report")
    def report_by_pin(pin: str) -> Response:
        format, show = _asked()
        person, caller = asking(), Caller(counted(request.remote_addr or ""))
        game = rights.run(person, platform.admission.find(pin, caller, partial(rights.holds, person)))
        with line.turn():
            return _report(*records.so_far(game), format, show)

    def _report(record: Archive, summary: Finished, format: str, show: Show) -> Response:
        result = records.result(record, summary)
        file = reports.write(reports.Report(record, result), format, show, records.breathe)
        response = Response(file, content_type=reports.FORMATS[format].content_type)
        if format != "json":
            day = datetime.fromtimestamp(summary.finished_at / 1000, UTC).strftime("%Y-%m-%d")
            response.headers.set("Content-Disposition", "attachment", filename=f"{summary.quiz}-{day}.{format}")
        return response

    return routes


def tagged(told: Any) -> Response:
    """As JSON with an ETag; 304 for who has it already.

    When a record goes is now and what is left of its time, asked one after the other: a millisecond more or less is no news.
    """
    text = msgspec.json.encode(told)
    response = Response(text, content_type="application/json")
    response.set_etag(sha256(_UNTIL.sub(b"", text)).hexdigest()[:32], weak=True)
    return unless_known(response)


def _asked() -> tuple[str, Show]:
    format, show = request.args.get("format", "json"), request.args.get("show", "points")
    if format not in reports.FORMATS:
        raise InvalidPayload(f"format: is one of {', '.join(reports.FORMATS)}")
    if show not in SHOWS:
        raise InvalidPayload(f"show: is one of {', '.join(SHOWS)}")
    return format, cast(Show, show)


def _most() -> int:
    asked = request.args.get("limit", str(PAGE))
    if not re.fullmatch(r"[0-9]{1,3}", asked) or not 1 <= int(asked) <= MOST:
        raise InvalidPayload(f"limit: is a number from 1 to {MOST}")
    return int(asked)


def _before() -> tuple[int, str] | None:
    asked = request.args.get("before")
    if asked is None:
        return None
    place = _PLACE.fullmatch(asked)
    if place is None:
        raise InvalidPayload("before: is the `next` of the page before")
    return int(place[1]), place[2]

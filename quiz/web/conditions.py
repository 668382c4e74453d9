"""Versions in HTTP: entity tags that are a version, and what If-Match and If-None-Match ask of them."""

from __future__ import annotations

import re
from hashlib import sha256

from flask import Response, request

from quiz.domain.errors import InvalidPayload, VersionConflict, VersionRequired

_VERSION = re.compile(r"[0-9]{1,16}")


def tagged(response: Response, version: int) -> Response:
    """With the version as entity tag; empty, with status 304, for whoever has it already."""
    response.set_etag(str(version))
    return unless_known(response)


def unless_known(response: Response) -> Response:
    """The response to a GET, or 304 for whoever has what its entity tag says; it may be kept, and is asked for each time."""
    response.headers["Cache-Control"] = "private, no-cache"
    tag, _ = response.get_etag()
    if request.method in ("GET", "HEAD") and tag is not None and request.if_none_match.contains_weak(tag):
        response.set_data(b"")
        response.status_code = 304
    return response


def content_tagged(response: Response) -> Response:
    """As `tagged`, by what the response holds."""
    response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    return unless_known(response)


def expected() -> int | None:
    """The version that a change is made from, by If-Match; None for `*`, whatever there is.

    A tag that a proxy has made a weak one counts too. Raises VersionRequired without the header, VersionConflict for a tag that
    is no version, InvalidPayload for several.
    """
    if "If-Match" not in request.headers:
        raise VersionRequired
    if request.if_match.star_tag:
        return None
    tags = request.if_match.as_set(include_weak=True)
    if len(tags) > 1:
        raise InvalidPayload("If-Match: names several versions")
    tag = next(iter(tags), "")
    if not _VERSION.fullmatch(tag):
        raise VersionConflict
    return int(tag)


def expected_if_any() -> int | str:
    """As `expected`, where the header need not be there: then "any", or "none" with `If-None-Match: *`."""
    if "If-Match" in request.headers:
        found = expected()
        return "any" if found is None else found
    return "none" if request.if_none_match.star_tag else "any"

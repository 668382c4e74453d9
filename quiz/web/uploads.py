"""Files that somebody sends: as the body of a request, or in a form as `file`."""

from __future__ import annotations

from flask import request

from quiz.domain.errors import InvalidPayload

#: Bytes around a file in a form.
FORM = 65_536


def sent(most: int, fallback_name: str = "") -> tuple[str, bytes]:
    """The name and the bytes of the file, at most `most`; a body has its name from `filename` in the address.

    Raises InvalidPayload where a form has no file; a larger one is refused with 413.
    """
    if request.mimetype != "multipart/form-data":
        request.max_content_length = most
        return request.args.get("filename", fallback_name), request.get_data()
    request.max_content_length = most + FORM
    file = request.files.get("file")
    if file is None:
        raise InvalidPayload("file: is missing in the form")
    return file.filename or fallback_name, file.read()

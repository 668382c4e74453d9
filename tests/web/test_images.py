"""Images over HTTP: brought by hosts, seen by whoever has the address."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.web.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def png(shade: int = 0, size: tuple[int, int] = (40, 20)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, shade).save(out, "PNG")
    return out.getvalue()


def test_an_image_is_kept_once_and_served_for_ever(desk: Desk):
    """Alone or in a form; the same again is at the same address; browsers keep it and ask no more."""
    made = desk.ask("ann", "POST", "/images", 201, data=png())
    again = desk.ask("bob", "POST", "/images", 201, data={"file": (io.BytesIO(png()), "x.png")}).json
    assert (made.json, made.json["width"], made.json["height"]) == (again, 40, 20)
    assert made.headers["Location"] == made.json["image"]
    seen = desk.client.get(made.json["image"])
    assert (seen.status_code, seen.content_type, len(seen.data)) == (200, "image/webp", made.json["bytes"])
    assert seen.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    known = {"If-None-Match": seen.headers["ETag"]}
    assert desk.client.get(made.json["image"], headers=known).status_code == 304
    quiz = desk.make(
        questions=[{"text": "?", "choices": ["a", "b"], "correct": 0, "image": made.json["image"], "image_alt": "Grey"}]
    )
    assert (quiz["questions"][0]["image"], quiz["questions"][0]["image_alt"]) == (made.json["image"], "Grey")


def test_what_is_no_image_or_none_that_is_there_is_refused(desk: Desk):
    """And who has not signed in brings none."""
    desk.ask("", "POST", "/images", 401, data=png())
    desk.ask("ann", "POST", "/images", 400, data=b"<svg/>")
    desk.ask("ann", "POST", "/images", 400, data=png(size=(400, 300)))
    desk.ask("ann", "POST", "/images", 400, data={"other": (io.BytesIO(png()), "x.png")})
    desk.ask("ann", "POST", "/images", 413, data=b"x" * 50_001)
    for name in ("0" * 32 + ".webp", "0" * 31 + ".webp", "..%2f..%2fsecret_key", "0" * 32 + ".webp%0a"):
        assert desk.client.get(f"/images/{name}").status_code == 404


def test_a_host_brings_so_many_bytes(tmp_path: Path):
    """What is there already, of whomever, counts once."""
    desk = Desk(tmp_path, image_bytes=1500)
    first = desk.ask("ann", "POST", "/images", 201, data=png(90)).json
    assert 500 < first["bytes"] < 1500
    refused = desk.ask("ann", "POST", "/images", 409, data=png(200, (200, 200))).json
    assert (refused["code"], desk.images.refused["image_bytes_per_host"]) == ("limit_reached", 1)

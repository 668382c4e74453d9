"""What becomes of uploaded pictures: safe, upright, small, and nothing of what was not to be seen."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from quiz.domain.errors import InvalidPayload
from quiz.web.pictures import Frame, picture

FRAME = Frame(pixels=100_000, side=200)
SECRET = b"51.4778 N, 0.0015 W"


def file(kind: str, size: tuple[int, int] = (300, 150), mode: str = "RGB", **options: Any) -> bytes:
    image = Image.new(mode, size)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1]), fill=1 if mode == "P" else "red")
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


KINDS = {"PNG": ("RGB", "RGBA", "L", "P", "1"), "JPEG": ("RGB", "CMYK", "L"), "WEBP": ("RGB", "RGBA"), "GIF": ("P",)}


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, modes in KINDS.items() for mode in modes])
def test_every_kind_becomes_webp_of_the_longest_side(kind: str, mode: str):
    """With its shape; the same file always the same picture."""
    data = _plain(kind, mode) if mode in ("L", "1") else file(kind, mode=mode)
    made = picture(data, FRAME)
    assert (opened(made.data).format, opened(made.data).size) == ("WEBP", (200, 100))
    assert (made.width, made.height) == (200, 100)
    assert picture(data, FRAME) == made


def _plain(kind: str, mode: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (300, 150), 1).save(out, kind)
    return out.getvalue()


def test_colours_and_transparency_stay_and_small_pictures_are_not_blown_up():
    """Red is red, half of it can be seen through, and 20 × 10 pixels are 20 × 10."""
    made = opened(picture(file("PNG", (20, 10)), FRAME).data).convert("RGB")
    assert made.size == (20, 10)
    assert all(abs(a - b) < 12 for a, b in zip(made.getpixel((2, 5)), (255, 0, 0), strict=True))
    image = Image.new("RGBA", (20, 10), (0, 255, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    assert opened(picture(out.getvalue(), FRAME).data).convert("RGBA").getpixel((3, 3))[3] == 0
    deep = Image.new("I;16", (20, 10), 0x8000)
    out = io.BytesIO()
    deep.save(out, "PNG")
    assert abs(opened(picture(out.getvalue(), FRAME).data).convert("L").getpixel((3, 3)) - 128) < 6


def test_metadata_are_dropped_and_the_picture_is_turned_as_they_said():
    """Where a phone was, its maker, comments, and what hides behind the picture's end."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, SECRET.decode()
    comment = file("JPEG", exif=exif, comment=SECRET, icc_profile=SECRET)
    for data in (comment + SECRET, file("WEBP", exif=exif), file("PNG", exif=exif) + SECRET):
        made = picture(data, FRAME)
        assert (made.width, made.height) == (100, 200)
        assert SECRET not in made.data
        assert not opened(made.data).getexif()
        assert "icc_profile" not in opened(made.data).info


def test_a_drawing_is_kept_without_loss_where_that_is_smaller():
    """Sharp edges of a few colours stay as they are."""
    image = Image.new("RGB", (200, 100), "white")
    ImageDraw.Draw(image).rectangle((20, 20, 60, 60), fill=(1, 2, 3))
    out = io.BytesIO()
    image.save(out, "PNG")
    assert opened(picture(out.getvalue(), FRAME).data).convert("RGB").tobytes() == image.tobytes()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(wide: int, high: int) -> bytes:
    """Says that it has so many pixels, in a few bytes."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(400, 300), (65_000, 65_000), (2**31 - 1, 1)])
def test_too_many_pixels_are_refused_before_they_are_decoded(size: tuple[int, int]):
    """By what its head says, in words."""
    with pytest.raises(InvalidPayload, match="pixels"):
        picture(png_bomb(*size), FRAME)


def test_a_jpeg_may_have_more_pixels_but_not_any_number():
    """A phone's photograph is read, since it is decoded smaller; five times the bound is the end."""
    assert picture(file("JPEG", (700, 700)), FRAME).width == 200
    with pytest.raises(InvalidPayload, match="pixels"):
        picture(file("JPEG", (800, 700)), FRAME)


def test_what_is_no_picture_is_refused():
    """Also of kinds that Pillow could read, cut off ones, and scripts in disguise."""
    text = zlib.compress(b"x" * 70_000_000)
    texts = chunk(b"zTXt", b"a\0\0" + text)
    bomb = png_bomb(10, 10)
    for data in (
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a<script>",
        _plain("BMP", "L"),
        _plain("TIFF", "L"),
        _plain("PPM", "L"),
        file("JPEG")[:300],
        file("PNG")[:100],
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        bomb[:33] + texts + bomb[33:],
    ):
        with pytest.raises(InvalidPayload):
            picture(data, FRAME)


FILES = {kind: file(kind, mode=modes[0]) for kind, modes in KINDS.items()}


@given(st.sampled_from(sorted(FILES)), st.integers(0, 2**32))
def test_damaged_files_give_a_picture_or_a_refusal(kind: str, seed: int):
    """Nothing else, whatever bytes are changed."""
    rng, data = random.Random(seed), bytearray(FILES[kind])
    for _ in range(rng.randrange(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        made = picture(bytes(data), FRAME)
    except InvalidPayload:
        return
    assert max(made.width, made.height) <= FRAME.side

"""What somebody uploads, made into a picture that is safe to show: bounded before it is decoded, and drawn anew."""

from __future__ import annotations

import io
from typing import Any

import msgspec
from PIL import Image, ImageOps

from quiz.domain.errors import InvalidPayload
from quiz.play.images import Picture

#: What is read, by Pillow's names; of moving pictures the first.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
#: How well it looks, the first that has at most `LARGEST` bytes.
QUALITIES, LARGEST = (82, 65, 45), 1024 * 1024

# Pixels are counted here, where somebody is told; Pillow would count them too, and warn of half as many.
Image.MAX_IMAGE_PIXELS = None

#: How many times as many pixels a JPEG may have: it is decoded smaller, and needs less memory for each.
JPEG = 5


class Frame(msgspec.Struct, frozen=True):
    """The most pixels that a picture may have to be read at all (a JPEG more), and the longest side of what is made of it."""

    pixels: int
    side: int


def picture(data: bytes, frame: Frame) -> Picture:
    """The picture of a file, upright, in WebP, without metadata; raises InvalidPayload.

    The same file gives the same picture. Takes up to a second, mostly outside of the interpreter.
    """
    too_many = f"the image has too many pixels: {frame.pixels} are allowed, of a JPEG {JPEG * frame.pixels}"
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > frame.pixels * (JPEG if opened.format == "JPEG" else 1):
                raise InvalidPayload(too_many)
            return _drawn(opened, frame)
    except InvalidPayload:
        raise
    except Exception as error:  # whatever decoders make of hostile bytes
        raise InvalidPayload("this is no image that can be read: PNG, JPEG, WebP and GIF are") from error


def _drawn(opened: Any, frame: Frame) -> Picture:
    drawing = opened.format in ("PNG", "GIF")
    opened.draft("RGB", (frame.side, frame.side))  # of JPEG no more is decoded than needed
    image = opened
    if image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value / 256).convert("L")  # of 16 bits the upper ones
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    ImageOps.exif_transpose(image, in_place=True)
    image.thumbnail((frame.side, frame.side))
    made = [_encoded(image, quality=quality) for quality in QUALITIES[:1]]
    if drawing:  # few colours and sharp edges: often smaller without loss
        made.append(_encoded(image, lossless=True, quality=50))
    best = min(made, key=len)
    for quality in QUALITIES[1:]:
        if len(best) > LARGEST:
            best = _encoded(image, quality=quality)
    return Picture(best, image.width, image.height)


def _encoded(image: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", method=4, exif=b"", icc_profile=b"", xmp=b"", **options)
    return file.getvalue()

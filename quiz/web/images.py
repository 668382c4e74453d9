"""Pictures of questions: hosts bring them to `/api/v1/images`, and whoever has the address gets them from there."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request

from config.groups import Images
from quiz.platform import Platform
from quiz.play.images import ADDRESS, Picture
from quiz.web.session import asking
from quiz.web.uploads import sent

#: What is at an address never changes.
KEEP = "public, max-age=31536000, immutable"


def blueprint(platform: Platform) -> Blueprint:
    """`POST /api/v1/images`, `GET /images/<id>.webp`."""
    routes = Blueprint("images", __name__)

    @routes.post("/api/v1/images")
    def bring() -> tuple[Response, int]:
        settings = platform.settings.images
        made = platform.drawing(_drawn, sent(settings.max_bytes)[1], settings)
        address = platform.images.take(made, asking().name)
        told = jsonify(image=address, width=made.width, height=made.height, bytes=len(made.data))
        told.headers["Location"] = address
        return told, 201

    @routes.get("/images/<name>")
    def image(name: str) -> Response:
        found = ADDRESS.fullmatch(f"/images/{name}")
        if found is None:
            abort(404)
        response = Response(platform.images.get(found[1]), content_type="image/webp")
        response.headers["Cache-Control"] = KEEP
        response.set_etag(found[1])
        response.make_conditional(request)
        return response

    return routes


def _drawn(data: bytes, settings: Images) -> Picture:
    # Imported when and where it is needed: most workers never draw.
    from quiz.web.pictures import Frame, picture

    return picture(data, Frame(settings.max_pixels, settings.side))

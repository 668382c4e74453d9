"""What lets a player put the page among the apps of a phone, where it is served securely. Nothing is kept there: no worker."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, url_for

#: The brand's petrol, which the splash and the bar around the page have.
GROUND = "#0b4650"
SIDES = (192, 512)


def blueprint() -> Blueprint:
    """`/manifest.webmanifest`."""
    routes = Blueprint("installing", __name__)

    @routes.get("/manifest.webmanifest")
    def manifest() -> Response:
        # The mark stands in the middle of a full square, so that any shape may be cut out of it.
        icons = [_icon(f"img/icon-{side}.png", f"{side}x{side}", purpose) for side in SIDES for purpose in ("any", "maskable")]
        response = jsonify(
            id="/",
            name="Quiz",
            short_name="Quiz",
            start_url="/",
            scope="/",
            display="standalone",
            background_color=GROUND,
            theme_color=GROUND,
            icons=icons,
        )
        response.content_type = "application/manifest+json"
        response.headers["Cache-Control"] = "max-age=3600"
        return response

    return routes


def _icon(filename: str, sizes: str, purpose: str) -> dict[str, str]:
    return {"src": url_for("static", filename=filename), "sizes": sizes, "type": "image/png", "purpose": purpose}

"""The page among the apps of a phone."""

from __future__ import annotations

from flask import Flask
from PIL import Image

from quiz.web import installing
from tests.harness.server import ROOT


def test_the_manifest_names_icons_that_are_as_large_as_it_says():
    """A phone takes the page in only with icons of these sizes, and cuts any shape out of them."""
    app = Flask("quiz", static_folder=str(ROOT / "quiz/web/static"))
    app.register_blueprint(installing.blueprint())
    response = app.test_client().get("/manifest.webmanifest")
    manifest = response.get_json(force=True)
    assert response.content_type == "application/manifest+json"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} >= {("192x192", "any"), ("512x512", "maskable")}
    for icon in manifest["icons"]:
        with Image.open(ROOT / "quiz/web" / icon["src"].removeprefix("/")) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]

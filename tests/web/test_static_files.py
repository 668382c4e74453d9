"""What pages load is kept by browsers for good, compressed, and never another release's."""

from __future__ import annotations

import gzip
import json
import os
from hashlib import sha256
from pathlib import Path

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from quiz.ops import bundles
from quiz.web import static_files

SCRIPT, BUNDLE = b'import { a } from "./other.js";', b"const a=1;"
BASE = "body { margin: 0 }"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of pages, no bundles yet."""
    for name, there in (("STATIC", "static"), ("BUNDLES", "bundles"), ("_TEMPLATES", "templates")):
        monkeypatch.setattr(bundles, name, tmp_path / there)
    files = {"static/js/main.js": SCRIPT, "static/css/base.css": BASE.encode(), "static/img/icon.png": b"\x89PNG"}
    files["templates/join.html"] = b"{{ url_for('static', filename='js/main.js') }}"
    for name, holds in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(holds)
    return tmp_path


def bundle(folder: Path) -> None:
    """Does what `scripts/bundle` does."""
    place = folder / "bundles/js"
    place.mkdir(parents=True)
    (place / "main.js").write_bytes(BUNDLE)
    (place / "main.js.br").write_bytes(brotli.compress(BUNDLE))
    (place / "main.js.gz").write_bytes(gzip.compress(BUNDLE))
    manifest = {"of": bundles.release().of, "made": {"js/main.js": sha256(BUNDLE).hexdigest()}}
    (folder / "bundles" / bundles.MANIFEST).write_text(json.dumps(manifest))


def serving(edited: bool = False) -> FlaskClient:
    app = Flask("quiz", static_folder="web/static", static_url_path="/static")
    static_files.register(app, edited)
    app.add_url_rule("/<path:name>", "pages.page", lambda name: url_for("static", filename=name))
    return app.test_client()


def address(client: FlaskClient, name: str) -> str:
    """What a page would name."""
    return client.get(f"/{name}").text


def test_what_a_page_names_is_kept_for_good_and_what_another_release_named_is_asked_for_again(folder: Path):
    """Two releases stand side by side in an update: neither lacks the other's files, nor does a browser keep the wrong ones."""
    client = serving()
    kept = client.get(address(client, "css/base.css"))
    assert (kept.text, kept.mimetype) == (BASE, "text/css")
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("/static/css/base.css", "/static/0123456789ab/css/base.css"):
        reply = client.get(other)
        assert (reply.text, reply.headers["Cache-Control"]) == (BASE, "public, no-cache")
        again = client.get(other, headers={"If-None-Match": reply.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    for missing in ("/static/css/none.css", "/static/0123456789ab/", "/static/css", "/static/../templates/join.html"):
        assert client.get(missing).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None), (None, None)],
)
def test_a_bundle_stands_in_for_a_script_compressed_as_the_browser_can_read_it(folder: Path, accepted: str, encoding: str):
    """Whoever can read nothing compressed gets it plain; a cache in between keeps them apart."""
    bundle(folder)
    client = serving()
    reply = client.get(address(client, "js/main.js"), headers={"Accept-Encoding": accepted} if accepted else {})
    plain = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert (plain(reply.data), reply.headers.get("Content-Encoding")) == (BUNDLE, encoding)
    assert (reply.mimetype, reply.headers["Vary"]) == ("text/javascript", "Accept-Encoding")


def test_what_no_bundle_stands_in_for_is_compressed_as_it_is_served_but_pictures_are_not(folder: Path):
    """Only gzip, which takes no time worth saving; whoever reads Brotli alone gets it plain."""
    client = serving()
    for accepted, encoding in (("gzip, br", "gzip"), ("br", None)):
        reply = client.get(address(client, "css/base.css"), headers={"Accept-Encoding": accepted})
        assert reply.headers.get("Content-Encoding") == encoding
        assert (gzip.decompress(reply.data) if encoding else reply.data) == BASE.encode()
    assert "Content-Encoding" not in client.get("/static/img/icon.png", headers={"Accept-Encoding": "gzip, br"}).headers


def test_no_bundle_of_other_files_is_served(folder: Path):
    """After a change the files themselves are, until they are bundled anew; whatever is another file has another address."""
    addresses = [address(serving(), "js/main.js")]
    bundle(folder)
    addresses.append(address(serving(), "js/main.js"))
    (folder / "static/img/icon.png").write_bytes(b"another picture")
    client = serving()
    addresses.append(address(client, "js/main.js"))
    assert client.get(addresses[-1]).data == BUNDLE
    (folder / "static/js/main.js").write_bytes(SCRIPT + b"a();")
    client = serving()
    addresses.append(address(client, "js/main.js"))
    assert client.get(addresses[-1]).data == SCRIPT + b"a();"
    assert len(set(addresses)) == 4


def test_what_changes_under_a_server_is_kept_by_nobody_and_a_developer_sees_it(folder: Path):
    """A checkout that is updated before the restart must not leave new files in browsers at old addresses."""
    for edited in (False, True):
        client = serving(edited)
        before = address(client, "css/base.css")
        base = folder / "static/css/base.css"
        base.write_text(f"{BASE} /* {edited} */")
        os.utime(base, ns=(0, edited))  # clocks of file systems are coarse
        reply = client.get(before)
        assert (reply.text, reply.headers["Cache-Control"]) == (base.read_text(), "public, no-cache")
        assert (address(client, "css/base.css") != before) == edited
        assert ("immutable" in client.get(address(client, "css/base.css")).headers["Cache-Control"]) == edited
    (folder / "static/js/main.js").unlink()
    assert client.get("/static/js/main.js").status_code == 404

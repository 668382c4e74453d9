"""The documents are whole: the interfaces' are what the code generates, the pages make a site whose links all lead somewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from inspect import signature
from unittest.mock import MagicMock
from urllib.parse import unquote

from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from quiz import web
from quiz.realtime import asyncapi
from quiz.realtime.hosts import Hosts
from quiz.realtime.interface import ASKED
from quiz.realtime.players import Players
from quiz.web import openapi
from tests.harness.server import ROOT

LOADED = re.compile(r'<(?:link|script|img|iframe|source)\b[^>]*?\b(?:href|src)="?([^"\s>]+)')
LINKED = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')


def test_the_committed_interfaces_are_what_the_code_generates_and_valid():
    """Whoever changes a payload or a route generates `docs/asyncapi.json` and `docs/openapi.json` anew: `make docs`."""
    OpenAPIV31SpecValidator(openapi.document()).validate()
    for name, document in (("asyncapi", asyncapi.document()), ("openapi", openapi.document())):
        assert json.loads((ROOT / f"docs/{name}.json").read_text()) == document


def test_every_event_is_documented_with_the_structure_that_reads_it():
    """An event that is added to a namespace, or gets another payload, is in the document."""
    namespaces = {"/": Players(*[None] * 7), "/host": Hosts(*[None] * 6)}
    for name, namespace in namespaces.items():
        documented = {event: asked.payload for event, asked in ASKED[name].items()}
        assert documented == {event: taken.shape for event, taken in namespace.events.items()}


def test_every_route_is_documented_and_every_documented_one_is_there():
    """Whoever adds a route under /api or /actuator, or a method, documents it."""
    app = Flask("quiz")
    web.register(app, *[MagicMock()] * (len(signature(web.register).parameters) - 1))
    routes = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/api/", "/actuator/", "/metrics")):
            path = rule.rule.replace("<", "{").replace(">", "}")
            routes |= {(path, method.lower()) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert routes == {(path, method) for path, methods in openapi.OPERATIONS.items() for method in methods}


def test_all_pages_build_into_a_site_without_a_broken_link_and_without_anything_from_elsewhere():
    """`make docs` builds strictly: pages and anchors exist. Other files that pages link to are there too."""
    built = subprocess.run(
        [sys.executable, ROOT / "scripts/site", "pages"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    runbook = (ROOT / "site/html/docs/runbook.html").read_text()
    links = re.findall(r"^ +runbook_url: .*#(\w+)", (ROOT / "deploy/prometheus/alerts.yml").read_text(), re.MULTILINE)
    assert len(links) >= 15
    for link in links:
        assert f'<h2 id="{link}">' in runbook
    pages = [page for page in (ROOT / "site/html").rglob("*.html") if page.name != "404.html"]  # whose links are absolute
    assert len(pages) > 20
    for page in pages:
        html = page.read_text()
        for target in LOADED.findall(html):
            assert target.startswith("data:") or not re.match(r"[a-z]+:|//", target), f"{page} loads {target}"
        for target in LINKED.findall(html):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / unquote(target)).exists(), f"{page}: {target} leads nowhere"

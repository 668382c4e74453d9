"""What a server tells Prometheus."""

from __future__ import annotations

from collections import Counter

import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.harness.server import Server


def look(server: Server, path: str = "/metrics") -> Counter[str]:
    """What each name says, all labels together."""
    said: Counter[str] = Counter()
    for family in text_string_to_metric_families(requests.get(server.url + path, timeout=60).text):
        for sample in family.samples:
            said[sample.name] += sample.value
    return said

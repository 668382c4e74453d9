"""Alerts and dashboard, as the tools of Prometheus see them."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from deploy.stack.configuration import DEPLOY, tool
from deploy.stack.figures import DASHBOARD, in_unit, panels
from tests.harness.server import ROOT

PROMETHEUS = DEPLOY / "prometheus"
#: What operators of the platform before this one have: name, expression, for, summary.
KNOWN = [
    ("RedisDown", "quiz_redis_healthy == 0", "1m", "Redis is unhealthy"),
    ("RedisCircuitOpen", "quiz_redis_circuit_breaker_state == 1", "2m", "Redis circuit breaker is open"),
    ("HighRateLimitRejections", "rate(quiz_rate_limit_rejected_total[5m]) > 100", "5m", "High rate of rate limit rejections"),
    (
        "HighAbnormalDisconnects",
        "rate(quiz_websocket_disconnections_abnormal_total[5m]) > 10",
        "5m",
        "High rate of abnormal WebSocket disconnects",
    ),
    ("HighErrorRate", "rate(quiz_websocket_messages_errors_total[5m]) > 10", "5m", "High rate of error messages"),
]
#: The panels that they have, by row.
WANTED = {
    "Overview": ["Total active connections", "Messages per second", "Error rate", "Redis health"],
    "Performance": ["P50, P95, P99 latency", "Redis operation duration", "Message processing time"],
    "Reliability": ["Circuit breaker state", "Fallback usage", "Stale session cleanup rate"],
    "Capacity": ["Connections per instance", "Memory usage", "CPU usage", "Rate limit utilization"],
}


def rules() -> list[dict]:
    """All alerts."""
    return [rule for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def promtool(*arguments: object, folder: Path = PROMETHEUS) -> None:
    """Runs it; what it says if it is not content."""
    done = subprocess.run([tool("promtool"), *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_its_configurations(tmp_path: Path):
    """Debian's Prometheus knows no Kubernetes: there all but the finding of pods is checked."""
    promtool("check", "config", "prometheus.yml")
    cluster = yaml.safe_load((PROMETHEUS / "prometheus-kubernetes.yml").read_text())
    (job,) = cluster["scrape_configs"]
    (found,) = job.pop("kubernetes_sd_configs")
    assert found == {"role": "pod", "namespaces": {"own_namespace": True}}
    cluster["rule_files"] = [str(PROMETHEUS / name) for name in cluster["rule_files"]]
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(cluster))
    promtool("check", "config", "prometheus.yml", folder=tmp_path)


def test_each_alert_fires_when_it_should_and_not_otherwise():
    """By unit tests of rules, which leave no alert out."""
    promtool("test", "rules", "alerts_test.yml")
    asked = [
        one for test in yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"] for one in test["alert_rule_test"]
    ]
    names = {rule["alert"] for rule in rules()}
    assert {one["alertname"] for one in asked if one["exp_alerts"]} == names
    assert {one["alertname"] for one in asked if not one["exp_alerts"]} == names


@pytest.mark.parametrize(("name", "expression", "lasting", "summary"), KNOWN, ids=[known[0] for known in KNOWN])
def test_the_alerts_that_operators_know_are_as_they_know_them(name: str, expression: str, lasting: str, summary: str):
    """To the letter."""
    (rule,) = [rule for rule in rules() if rule["alert"] == name]
    assert (rule["expr"], rule["for"], rule["annotations"]["summary"]) == (expression, lasting, summary)


def test_each_alert_says_how_bad_it_is_and_where_to_read_on():
    """The runbook has a section for each alert, and none for anything else."""
    sections = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    assert sections == [rule["alert"] for rule in rules()]
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
        assert "{{ $labels.instance }}" in rule["annotations"]["description"]
        assert rule["annotations"]["runbook_url"] == f"{{{{ $externalLabels.runbook }}}}#{rule['alert'].lower()}"


def test_the_links_of_alerts_begin_where_the_runbook_can_be_read():
    """With an address: of the checkout as it lies on one machine, or of the site, whose headings tests/docs looks at."""
    begins = {
        path.name: yaml.safe_load(path.read_text())["global"]["external_labels"]["runbook"]
        for path in PROMETHEUS.glob("prometheus*.yml")
    }
    assert set(begins) == {"prometheus.yml", "prometheus-kubernetes.yml"}
    checkout = re.search(r"^WorkingDirectory=(.*)$", (DEPLOY / "systemd" / "quiz@.service").read_text(), re.MULTILINE)[1]
    assert begins["prometheus.yml"] == f"file://{checkout}/docs/runbook.md"
    assert re.fullmatch(r"https://[\w.]+/docs/runbook\.html", begins["prometheus-kubernetes.yml"])


def test_the_runbook_names_commands_and_metrics_that_there_are():
    """Each alert's own metrics among them; nothing is left of a name that has changed."""
    text = (ROOT / "docs" / "runbook.md").read_text()
    known = set(re.findall(r'"(quiz_\w+)"', (ROOT / "quiz" / "ops" / "metrics.py").read_text()))
    for name in set(re.findall(r"\bquiz_\w+", text)):
        assert re.sub(r"_(total|bucket|count)$", "", name) in known, name
    settings = (ROOT / "config" / "production.toml").read_text()
    for section, key in re.findall(r"QUIZ_(\w+?)__(?:\w+__)?(\w+)", text):
        assert f"[{section.lower()}" in settings
        assert re.search(rf"^{key.lower()} = ", settings, re.MULTILINE), key


def test_the_dashboard_has_the_rows_and_panels_that_operators_know():
    """And more, after them."""
    shown: dict[str, list[str]] = {}
    for panel in panels():
        shown.setdefault(panel.row, []).append(panel.title)
    assert list(shown) == list(WANTED)
    for row, titles in WANTED.items():
        assert shown[row][: len(titles)] == titles


def test_each_panel_explains_itself():
    """Title, description, unit, the data source that the reader chose; none covers another."""
    dashboard = json.loads(DASHBOARD.read_text())
    assert [(one["name"], one["type"]) for one in dashboard["templating"]["list"]] == [
        ("datasource", "datasource"),
        ("instance", "query"),
    ]
    drawn = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    for panel in drawn:
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"][0]["value"] is None
        for source in (panel, *panel["targets"]):
            assert source["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        for target in panel["targets"]:
            assert '=~"$instance"' in target["expr"], panel["title"]
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    for one, other in combinations([panel["gridPos"] for panel in dashboard["panels"]], 2):
        aside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert aside or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]


def test_prometheus_can_read_every_expression_of_the_dashboard(tmp_path: Path):
    """As Grafana would ask it."""
    asked = [expression for panel in panels() for expression in panel.expressions(300)]
    named = [{"record": f"panel:{number}", "expr": expression} for number, expression in enumerate(asked)]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": named}]}))
    promtool("check", "rules", "rules.yml", folder=tmp_path)
    assert not [expression for expression in asked if "$" in expression]


def test_grafana_is_told_of_prometheus_and_the_dashboard():
    """By the names that the other files have."""
    folder = DEPLOY / "grafana" / "provisioning"
    (source,) = yaml.safe_load((folder / "datasources" / "prometheus.yaml").read_text())["datasources"]
    looks = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["global"]["scrape_interval"]
    assert (source["type"], source["jsonData"]["timeInterval"]) == ("prometheus", looks)
    (provider,) = yaml.safe_load((folder / "dashboards" / "quiz.yaml").read_text())["providers"]
    assert provider["type"] == "file"


def test_figures_are_told_in_units_that_people_read():
    """And what is no number is said to be none."""
    told = [in_unit(0.0123, "s"), in_unit(61.0, "s"), in_unit(3 * 2**20, "bytes"), in_unit(5000, "bytes")]
    assert told == ["12.3 ms", "61 s", "3 MiB", "5 KiB"]
    assert [in_unit(12.0, "short"), in_unit(7.25, "reqps"), in_unit(0.853, "percentunit"), in_unit(float("nan"), "s")] == [
        "12",
        "7.25/s",
        "85.3%",
        "-",
    ]

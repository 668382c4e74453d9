"""The manifests for Kubernetes, and the overlays."""

from __future__ import annotations

import shutil
import subprocess
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from config.groups import Drain
from config.settings import SettingsError, load
from tests.harness.server import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
OVERLAYS = ROOT / "deploy" / "kustomize"
MANIFESTS = [*sorted(FOLDER.glob("*.yaml")), OVERLAYS / "components" / "statefulset" / "statefulset.yaml"]
KUSTOMIZATIONS = [FOLDER / "Kustomization", *sorted(OVERLAYS.rglob("kustomization.yaml"))]
#: Seconds that a pod needs beside its drain: gunicorn's for last requests, and some.
BESIDE = 10
#: Of kinds that Kubernetes itself does not know.
CUSTOM = {"ServiceMonitor"}
NAME = "quiz-platform"


@cache
def _loaded(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


def documents(path: Path) -> list[dict[str, Any]]:
    """What a file holds."""
    return deepcopy(_loaded(path))


def found(kind: str, name: str = NAME) -> dict[str, Any]:
    """One manifest."""
    (one,) = [one for path in MANIFESTS for one in documents(path) if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return one


def check(document: dict[str, Any], version: str) -> None:
    """By Kubernetes' own schemas; a misspelt field is an error."""
    if document["kind"] not in CUSTOM:
        kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_a_manifest_is_what_kubernetes_takes(path: Path, version: str):
    """By the schemas of an older and a newer release."""
    for document in documents(path):
        check(document, version)


def test_all_files_of_this_folder_are_in_one_style():
    """That of .yamllint.yaml."""
    command = [sys.executable, "-m", "yamllint", "--strict", "deploy"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (said.returncode, said.stdout) == (0, "")


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_an_instance_is_probed_stopped_and_confined_as_it_must_be(kind: str):
    """Probes don't depend on Redis, it has time to drain, and is nobody who can write nowhere but where it must."""
    workload = found(kind)
    spec = workload["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert (workload["spec"]["replicas"], container["name"]) == (3, "quiz-app")
    probes = {name: container[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert probes == {
        "startupProbe": "/actuator/health/readiness",
        "livenessProbe": "/actuator/health/liveness",
        "readinessProbe": "/actuator/health/readiness",
    }
    waits = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    drain = float(found("ConfigMap")["data"]["QUIZ_DRAIN__SECONDS"])
    assert drain == Drain().seconds
    assert spec["terminationGracePeriodSeconds"] >= waits + drain + BESIDE + 5
    assert (spec["securityContext"]["runAsNonRoot"], spec["securityContext"]["runAsUser"]) == (True, 10001)
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]
    environ = {one["name"]: one for one in container["env"]}
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounts == {environ["QUIZ_VAR_DIR"]["value"], "/tmp"}
    assert environ["QUIZ_INSTANCE_ID"]["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"
    secret = found("Secret")["stringData"]
    assert all(environ[name]["valueFrom"]["secretKeyRef"]["key"] in secret for name in ("REDIS_URL", "SECRET_KEY"))


def test_a_stateful_instance_keeps_its_journals_on_a_volume_of_its_own():
    """What was acknowledged in an outage outlives the pod; apart from that it is as in a Deployment."""
    stateful, plain = found("StatefulSet"), found("Deployment")
    claims = [claim["metadata"]["name"] for claim in stateful["spec"]["volumeClaimTemplates"]]
    assert claims == ["var"]
    pod, other = stateful["spec"]["template"], plain["spec"]["template"]
    other["spec"]["volumes"] = [volume for volume in other["spec"]["volumes"] if volume["name"] not in claims]
    assert pod == other
    assert found("Service", stateful["spec"]["serviceName"])["spec"]["clusterIP"] == "None"


def test_an_update_takes_one_pod_at_a_time_and_the_autoscaler_three_to_ten_at_70_percent():
    """As the guide has it."""
    assert found("Deployment")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 1
    scaler = found("HorizontalPodAutoscaler")["spec"]
    (metric,) = scaler["metrics"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 10)
    assert (metric["resource"]["name"], metric["resource"]["target"]["averageUtilization"]) == ("cpu", 70)
    assert found("PodDisruptionBudget")["spec"]["maxUnavailable"] == 1
    assert found("Service", "quiz-service")["spec"]["sessionAffinity"] == "ClientIP"


def test_nothing_starts_with_the_secret_that_is_in_the_files():
    """Each of its values is refused, by the instance or by Redis."""
    secret = found("Secret")["stringData"]
    well = {"QUIZ_ENV": "production", "REDIS_URL": "redis://redis", "SECRET_KEY": "x" * 32}
    load(well)
    for name, key in (("REDIS_URL", "redis-url"), ("SECRET_KEY", "secret-key")):
        with pytest.raises(SettingsError, match=name):
            load({**well, name: secret[key]})
    for script in ("redis.sh", "sentinel.sh"):
        text = found("ConfigMap", "redis")["data"][script]
        environ = {"PASSWORD": secret["redis-password"], "PATH": "/usr/bin:/bin", "HOSTNAME": "redis-0"}
        said = subprocess.run(["sh", "-c", text], env=environ, capture_output=True, text=True, timeout=60)
        assert (said.returncode, "redis-password" in said.stderr) == (1, True)


def test_every_setting_of_the_instances_is_one():
    """A misspelt one would stop every pod at its start."""
    load({"REDIS_URL": "redis://redis", "SECRET_KEY": "x" * 32, **found("ConfigMap")["data"]})


def test_only_those_who_must_reach_a_pod():
    """The ingress and Prometheus an instance, instances Redis; nobody else, and the outside no actuator."""
    app, redis = found("NetworkPolicy")["spec"], found("NetworkPolicy", "redis")["spec"]
    (rule,) = app["ingress"]
    who = [next(iter(peer["podSelector"]["matchLabels"].values())) for peer in rule["from"]]
    assert (who, rule["ports"]) == (["ingress-nginx", "prometheus"], [{"port": "http"}])
    (rule,) = redis["ingress"]
    assert [peer["podSelector"]["matchLabels"]["app"] for peer in rule["from"]] == [NAME, "redis"]
    assert all(policy["policyTypes"] == ["Ingress", "Egress"] for policy in (app, redis))
    (host,) = found("Ingress")["spec"]["rules"]
    ways = {path["path"]: path["backend"]["service"]["name"] for path in host["http"]["paths"]}
    assert ways == {"/": "quiz-service", "/actuator": "quiz-nothing", "/metrics": "quiz-nothing"}
    assert all(found("Service", name)["spec"]["type"] == "ClusterIP" for name in ["quiz-service"])


def test_the_service_monitor_finds_a_service_and_a_port_of_it():
    """Its shape and what it points at, since Kubernetes has no schema for it."""
    monitor = found("ServiceMonitor")
    assert monitor["apiVersion"] == "monitoring.coreos.com/v1"
    assert set(monitor["spec"]) == {"selector", "endpoints"}
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    services = [one for path in MANIFESTS for one in documents(path) if one["kind"] == "Service"]
    (service,) = [one for one in services if wanted <= one["metadata"].get("labels", {}).items()]
    (endpoint,) = monitor["spec"]["endpoints"]
    assert set(endpoint) == {"port", "path", "interval", "scrapeTimeout"}
    assert endpoint["port"] in [port["name"] for port in service["spec"]["ports"]]
    assert endpoint["path"] == "/actuator/prometheus"


@pytest.mark.parametrize("path", KUSTOMIZATIONS, ids=lambda path: path.parent.name)
def test_what_a_kustomization_names_is_there(path: Path):
    """Files, folders, and the resources that it changes."""
    (kustomization,) = documents(path)
    for name in kustomization.get("resources", []) + kustomization.get("components", []):
        assert (path.parent / name).exists(), name
    if path.parent == FOLDER:
        assert sorted(kustomization["resources"]) == [manifest.name for manifest in MANIFESTS if manifest.parent == FOLDER]
    for patch in kustomization.get("patches", []):
        target = patch.get("target") or yaml.safe_load(patch["patch"])
        assert found(target["kind"], target.get("name") or target["metadata"]["name"])


@pytest.mark.skipif(not shutil.which("kubectl"), reason="there is no kubectl here")
@pytest.mark.parametrize(
    ("overlay", "kind", "scaled"),
    [("staging", "Deployment", False), ("production", "Deployment", True), ("production-volumes", "StatefulSet", True)],
)
def test_an_overlay_makes_one_kind_of_instances_without_a_secret(overlay: str, kind: str, scaled: bool):
    """And all that it makes is what Kubernetes takes."""
    made = subprocess.run(["kubectl", "kustomize", str(OVERLAYS / overlay)], capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    all_of_it = list(yaml.safe_load_all(made.stdout))
    for document in all_of_it:
        check(document, "1.30")
    kinds = {one["kind"]: one for one in all_of_it if one["metadata"]["name"] == NAME}
    assert "Secret" not in kinds
    assert {"Deployment", "StatefulSet"} & set(kinds) == {kind}
    assert ("HorizontalPodAutoscaler" in kinds) == scaled
    assert ("replicas" in kinds[kind]["spec"]) != scaled
    if scaled:
        assert kinds["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["kind"] == kind

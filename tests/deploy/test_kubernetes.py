"""The manifests for Kubernetes."""

from __future__ import annotations

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from config.settings import Drain

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
MANIFESTS = sorted(FOLDER.glob("*.yaml"))
#: Seconds that a pod needs beside its drain: gunicorn's for last requests, and some.
BESIDE = 10


def documents(path: Path) -> list[dict]:
    """What a file holds."""
    return [one for one in yaml.safe_load_all(path.read_text()) if one]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_a_manifest_is_what_kubernetes_takes(path: Path, version: str):
    """By the schemas of an older and a newer release; a misspelt field is an error."""
    for document in documents(path):
        kubernetes_validate.validate(document, version, strict=True)


def test_an_instance_keeps_its_journals_on_a_volume_of_its_own_and_has_time_to_drain():
    """What was acknowledged in an outage outlives the pod, and its successor has the same name and the same volume."""
    (instance,) = documents(FOLDER / "statefulset.yaml")
    spec = instance["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    environ = {one["name"]: one for one in container["env"]}
    (mount,) = container["volumeMounts"]
    assert mount["mountPath"] == environ["QUIZ_VAR_DIR"]["value"]
    assert [claim["metadata"]["name"] for claim in instance["spec"]["volumeClaimTemplates"]] == [mount["name"]]
    assert environ["QUIZ_INSTANCE_ID"]["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"
    assert spec["terminationGracePeriodSeconds"] > Drain().seconds + BESIDE

"""The image and the compose file."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from bench.installation import free_port
from config.groups import Drain
from tests.chaos.store import Store
from tests.deploy import image
from tests.harness.server import ROOT, eventually

COMPOSE = ROOT / "deploy" / "docker" / "compose.yaml"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the image's files."""
    folder = tmp_path_factory.mktemp("image")
    image.build(folder)
    yield folder
    shutil.rmtree(folder)


def test_hadolint_has_nothing_to_say_of_the_dockerfile():
    """By its own rules, none switched off."""
    said = subprocess.run([str(BIN / "hadolint"), str(image.DOCKERFILE)], capture_output=True, text=True, timeout=30)
    assert (said.returncode, said.stdout) == (0, "")


def test_the_image_holds_what_serves_and_nothing_else(files: Path):
    """No tests, no documents, no data, no developer's leftovers; and it is not root who runs it."""
    assert sorted(path.name for path in files.iterdir()) == ["app.py", "config", "gunicorn.conf.py", "quiz", "requirements.txt"]
    assert not list(files.rglob("__pycache__"))
    assert all(map(image.ignored, ["var/secret_key", ".git/config", "tests/conftest.py", "quiz/__pycache__/x.pyc", ".env"]))
    users = [text for name, text in image.last_stage() if name == "USER"]
    assert users == ["10001:10001"]
    base = next(text for name, text in image.instructions() if name == "ARG" and "PYTHON" in text)
    assert "slim" in base


def test_the_image_serves_with_a_file_system_that_it_cannot_write(files: Path, tmp_path: Path):
    """In production, from its files alone; its health check sees it; all that it writes is under QUIZ_VAR_DIR and /tmp."""
    there = {path: path.stat().st_mtime_ns for path in files.rglob("*")}
    for folder in ("var", "tmp"):
        (tmp_path / folder).mkdir()
    port = free_port()
    with contextlib.closing(Store(keeps=False)) as store:
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("QUIZ_", "FLASK_"))},
            **image.environment(),
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "REDIS_URL": store.url,
            "SECRET_KEY": "a-key-for-tests-that-nobody-else-would-use",
            "QUIZ_VAR_DIR": str(tmp_path / "var"),
            "TMPDIR": str(tmp_path / "tmp"),
        }
        log = tmp_path / "log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                image.command("CMD"), cwd=files, env=environ, stdout=out, stderr=out, start_new_session=True
            )
        try:

            def healthy() -> bool:
                assert server.poll() is None, log.read_text()
                return subprocess.run(image.command("HEALTHCHECK"), env=environ, stderr=subprocess.DEVNULL).returncode == 0

            eventually(healthy, step=0.2)
            for path in ("/", "/static/vendor/preact.mjs", "/static/vendor/socket.io.mjs", "/api/v1/openapi.json"):
                assert requests.get(f"http://127.0.0.1:{port}{path}", timeout=60).status_code == 200, path
            script = requests.get(f"http://127.0.0.1:{port}/static/js/player/main.js", timeout=60).text
            assert not script.startswith(("import", "/**")), "this is no bundle"
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(40) == 0
    assert subprocess.run(image.command("HEALTHCHECK"), env=environ, stderr=subprocess.DEVNULL).returncode == 1
    assert {path: path.stat().st_mtime_ns for path in files.rglob("*")} == there


def test_the_compose_file_is_what_compose_takes():
    """By the specification's own schema; a misspelt key is an error."""
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert said.returncode == 0, said.stdout


def test_app_and_redis_run_with_the_least_of_rights_and_keep_what_they_hold():
    """Nobody is root, nothing but volumes is written; Redis evicts nothing and is not reached from outside."""
    compose = yaml.safe_load(COMPOSE.read_text())
    app, redis = (compose["services"][name] for name in ("app", "redis"))
    assert set(compose["services"]) == {"app", "redis"}
    for service in (app, redis):
        assert service["read_only"] is True
        assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    volumes = {volume.partition(":")[0]: volume.partition(":")[2] for volume in app["volumes"] + redis["volumes"]}
    assert volumes == {"journals": image.environment()["QUIZ_VAR_DIR"], "redis": "/data"}
    assert set(compose["volumes"]) == set(volumes)
    options = dict(zip(redis["command"][1::2], redis["command"][2::2], strict=True))
    assert (options["--appendonly"], options["--maxmemory-policy"]) == ("yes", "noeviction")
    assert "ports" not in redis
    assert all(compose["networks"][name]["internal"] for name in redis["networks"])
    assert "healthcheck" in redis
    assert int(app["stop_grace_period"].removesuffix("s")) > Drain().seconds + 10
    assert redis["user"].split(":")[0] != "0"


def test_the_secret_key_is_a_file_that_only_the_app_gets():
    """Neither in the environment, which `docker inspect` shows, nor in the repository; its head says how it is made."""
    compose = yaml.safe_load(COMPOSE.read_text())
    (name, secret), app = compose["secrets"].popitem(), compose["services"]["app"]
    assert (app["secrets"], app["environment"]["SECRET_KEY_FILE"]) == ([name], f"/run/secrets/{name}")
    assert "SECRET_KEY" not in app["environment"]
    assert "secrets" not in compose["services"]["redis"]
    file = (COMPOSE.parent / secret["file"]).relative_to(ROOT)
    assert f"> {file} " in COMPOSE.read_text()
    assert f"/{file.parent}/" in (ROOT / ".gitignore").read_text().splitlines()
    assert image.ignored(str(file))

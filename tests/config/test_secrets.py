"""The key that signs, other secrets, files that hold them; none is shown."""

from __future__ import annotations

import multiprocessing
import stat

import pytest

from config.reference import overview
from config.settings import explained, load
from tests.config.starts import SECRET, given, production, refusal


@pytest.mark.parametrize("key", ["", "short-secret"])
def test_production_needs_a_real_secret(var_dir, key):
    """No default and no short key signs tokens in production, and none is shown."""
    line = refusal(var_dir, **production(SECRET_KEY=key))
    assert line.startswith("SECRET_KEY")
    assert "short-secret" not in line
    assert not var_dir.exists()


def test_settings_show_no_secret(var_dir):
    """They may end up in a log or a traceback."""
    settings = given(var_dir, REDIS_URL="redis://:hunter2@redis", SECRET_KEY=SECRET)
    assert SECRET not in f"{settings!r} {settings}"
    assert "hunter2" not in f"{settings!r} {settings}"


def test_the_secret_key_is_made_once_and_kept(var_dir):
    """Sign-ins survive a restart, and nobody else on the machine can read the key."""
    first = given(var_dir).secret_key
    assert len(first) >= 32
    assert given(var_dir).secret_key == first
    assert stat.S_IMODE((var_dir / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in var_dir.iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_agree_on_the_secret_key(var_dir):
    """Several workers of a fresh installation sign with one key."""
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map_async(_secret_key, [str(var_dir)] * 16).get(timeout=60)
    assert len(set(keys)) == 1


def _secret_key(var_dir: str) -> str:
    return load({"QUIZ_VAR_DIR": var_dir}).secret_key


def test_a_damaged_secret_key_is_not_used(var_dir):
    """An empty file would make every token forgeable."""
    var_dir.mkdir()
    (var_dir / "secret_key").write_text("\n")
    assert "delete the file" in refusal(var_dir)


@pytest.mark.parametrize(
    ("name", "key", "text", "value"),
    [
        ("SECRET_KEY", "secret_key", f"{SECRET}\n", SECRET),
        (
            "SECRET_KEY_PREVIOUS",
            "secret_key_previous",
            f"{SECRET},\n\nof before, {SECRET}\n",
            (f"{SECRET},", f"of before, {SECRET}"),
        ),
        ("REDIS_URL", "redis_url", "redis://:hunter2@redis\n", "redis://:hunter2@redis"),
    ],
)
def test_a_secret_may_lie_in_a_file(var_dir, tmp_path, name, key, text, value):
    """Its line end is no part of it; of a list each line is one, whatever is in it. Nothing of it is shown."""
    file = tmp_path / "secret"
    file.write_text(text)
    settings, found = explained({"QUIZ_VAR_DIR": str(var_dir), f"{name}_FILE": str(file)})
    assert getattr(settings, key) == value
    assert (found[key,].source, found[key,].where) == ("file", f"{name}_FILE={file}")
    row = next(row for row in overview(settings, found) if row["key"] == key)
    assert "hunter2" not in str(row)
    assert SECRET not in str(row)


def test_a_secrets_file_that_is_of_no_use_stops_the_start(var_dir, tmp_path):
    """Missing, empty, no text, or beside the variable itself: nobody is to guess which one counts."""
    file = tmp_path / "secret"
    assert refusal(var_dir, SECRET_KEY_FILE=str(file)) == f"SECRET_KEY_FILE='{file}': cannot be read: No such file or directory"
    file.write_bytes(b"\n")
    assert refusal(var_dir, REDIS_URL_FILE=str(file)) == f"REDIS_URL_FILE='{file}': is empty"
    file.write_bytes(b"\xff")
    assert refusal(var_dir, SECRET_KEY_FILE=str(file)) == f"SECRET_KEY_FILE='{file}': is no text"
    file.write_text("from-a-file")
    line = refusal(var_dir, SECRET_KEY_FILE=str(file), SECRET_KEY=SECRET)
    assert line.startswith(f"SECRET_KEY and SECRET_KEY_FILE='{file}' are both set")
    assert SECRET not in line
    assert given(var_dir, SECRET_KEY_FILE=str(file), SECRET_KEY="").secret_key == "from-a-file"


def test_keys_of_before_are_accepted_and_the_new_one_signs(var_dir):
    """The one that signs comes last; a weak key of before could still be guessed."""
    settings = given(var_dir, **production(SECRET_KEY_PREVIOUS=f"{'o' * 32}, {SECRET}, {'p' * 32}"))
    assert settings.secret_keys == ("o" * 32, "p" * 32, SECRET)
    line = refusal(var_dir, **production(SECRET_KEY_PREVIOUS=f"{'o' * 32},short-secret"))
    assert line.startswith("SECRET_KEY_PREVIOUS: key 2 is too short")
    assert "short-secret" not in line

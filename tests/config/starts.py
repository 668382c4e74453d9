"""A start with some variables: the settings that come of them, or the one line that stops it; all settings there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import FieldInfo

from config.settings import Settings, SettingsError, load
from config.sources import Key, leaves

SECRET = "a-secret-of-thirty-two-characters"


def given(var_dir: Path, **environ: str) -> Settings:
    return load({"QUIZ_VAR_DIR": str(var_dir), **environ})


def refusal(var_dir: Path, **environ: str) -> str:
    with pytest.raises(SettingsError) as raised:
        given(var_dir, **environ)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def production(**environ: str) -> dict[str, str]:
    return {"QUIZ_ENV": "production", "REDIS_URL": "redis://redis:6379/0", "SECRET_KEY": SECRET, **environ}


def kinds() -> dict[str, tuple[Key, FieldInfo]]:
    return {".".join(path): (path, field) for path, field in leaves(Settings)}

"""Where a start keeps its data."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    return tmp_path / "var"

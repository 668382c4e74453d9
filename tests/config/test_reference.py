"""What an operator can look up of each setting: what it does, its value, where that came from."""

from __future__ import annotations

from pathlib import Path

import config.settings
from config.reference import markdown, overview
from config.settings import explained
from config.sources import said, variable
from tests.config.starts import SECRET, kinds


def test_where_each_value_came_from(var_dir):
    """The variable, the profile, or the default, for all settings and no other."""
    settings, found = explained({"QUIZ_VAR_DIR": str(var_dir), "PORT": "9001", "SECRET_KEY": SECRET})
    rows = {row["key"]: row for row in overview(settings, found)}
    assert list(rows) == list(kinds())
    assert (rows["port"]["value"], rows["port"]["source"], rows["port"]["where"]) == (9001, "environment", "PORT")
    assert (rows["leaderboard.top_n"]["source"], rows["leaderboard.top_n"]["where"]) == ("profile", "development.toml")
    assert (rows["public_url"]["value"], rows["public_url"]["source"]) == (None, "default")
    assert rows["secret_key"]["value"] == "(hidden)"


#: Those that the production guide names.
GUIDE = [
    "spring.data.redis.lettuce.pool.max-active",
    "spring.data.redis.lettuce.pool.max-idle",
    "quiz.leaderboard.top-n",
    "quiz.rate-limit.capacity",
    "quiz.rate-limit.refill-tokens",
    "quiz.rate-limit.refill-period-seconds",
    "quiz.websocket.heartbeat.interval-seconds",
    "quiz.websocket.heartbeat.timeout-multiplier",
    "logging.level.com.quiz.english",
    "logging.level.root",
    "management.endpoints.web.exposure.include",
    "SPRING_APPLICATION_INSTANCE_ID",
    "SPRING_DATA_REDIS_HOST",
    "server.port",
]


def test_the_reference_is_what_the_settings_say():
    """docs/configuration.md, which `flask config show --docs` prints, has every key with what it does, and the guide's."""
    made = markdown()
    assert (Path(config.settings.__file__).parents[1] / "docs" / "configuration.md").read_text("utf-8") == made
    for key, (path, field) in kinds().items():
        row = next(line for line in made.splitlines() if f"</a>`{key}`<br>`{variable(path)}`" in line)
        assert len(row.rstrip(" |").rpartition(" | ")[2]) > 15, f"{key}: nothing says what it does"
        assert (f"`{variable(path)}_FILE`" in row) == bool(said(field, "secret"))
    for key in GUIDE:
        assert f"\n| `{key}` | " in made

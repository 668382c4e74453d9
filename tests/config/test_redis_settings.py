"""Which Redis is used, or why none can be."""

from __future__ import annotations

import pytest

from tests.config.starts import given, production, refusal


def test_production_needs_a_redis(var_dir):
    """A production instance with a store of its own would lose games with its disk."""
    assert "REDIS_URL is not set" in refusal(var_dir, **production(REDIS_URL=""))


@pytest.mark.parametrize(
    "url",
    [
        "redis://redis",
        "redis://:pass@redis:6379/2",
        "rediss://u:p@h:1?ssl_ca_certs=x",
        "unix:///run/redis.sock",
        "redis+sentinel://a:26379,b:26379/0/quiz",
        "redis+cluster://a:7000",
    ],
)
def test_the_redis_urls_that_work(var_dir, url):
    """All kinds are taken as they are; tests/config/test_redis_url.py has more."""
    assert given(var_dir, REDIS_URL=url).redis_url == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis+sentinel://:hunter2@a:26379,b:26379/0", "/name[/database]"),
        ("redis+cluster://:hunter2@a:7000/1", "no database but 0"),
        ("http://redis", "begins with one of redis://"),
        ("localhost:6379", "begins with one of redis://"),
        ("redis://:hunter2@", "expected redis://"),
        ("redis://:hunter2/x@redis", "%-encoded"),
        ("redis://user:hunter2", "%-encoded"),
        ("redis://redis:6379/?password=hunter2&db=2", None),
        ("redis://redis:6379/?password=hunter2&db=x/y", "a number for the option db"),
        ("redis://:hunter2@redis:6379/?socket_timeout=60", "no options but db, username, password"),
        ("unix:///run/redis.sock?retry_on_timeout=true&password=hunter2", "no options but"),
        ("redis://:hunter2@redis:99999", "expected redis://"),
        ("unix://run/redis.sock", "unix:///path"),
    ],
)
def test_a_redis_url_that_does_not_work_is_refused_without_its_password(var_dir, url, words):
    """The line says what is wrong, and never shows a password, not even a misplaced one."""
    if words is None:
        assert given(var_dir, REDIS_URL=url).redis_url == url
        return
    line = refusal(var_dir, REDIS_URL=url)
    assert line.startswith("REDIS_URL=")
    assert words in line
    assert "hunter2" not in line


def test_replicas_need_a_redis_that_has_some(var_dir):
    """Neither the embedded Valkey nor a cluster's nodes, each of which has other games."""
    replicas = "redis://:hunter2@a, redis://b"
    assert given(var_dir, REDIS_URL="redis+sentinel://s/quiz", REDIS_REPLICA_URLS=replicas).redis.replica_urls[1] == "redis://b"
    for url in ("", "redis+cluster://a:7000"):
        line = refusal(var_dir, REDIS_URL=url, REDIS_REPLICA_URLS=replicas)
        assert line.startswith("REDIS_REPLICA_URLS='redis://***@a': ")

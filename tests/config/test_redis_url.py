"""REDIS_URL for Sentinel and Cluster, and that no password is ever shown."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import SettingsError
from config.redis_url import RedisUrl, check, masked, parse

SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
HOSTS = st.sampled_from(["a", "redis-1.example.org", "10.0.0.7", "::1"])
SERVERS = st.lists(st.tuples(HOSTS, st.integers(1, 65_535)), min_size=1, max_size=4)


def places(servers: list[tuple[str, int]]) -> str:
    return ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in servers)


def encoded(text: str) -> str:
    return quote(text, safe="")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://:p@redis:6379/2", RedisUrl("plain")),
        ("unix:///run/redis.sock", RedisUrl("plain")),
        ("redis+sentinel://a,b:7/0/quiz", RedisUrl("sentinel", (("a", 26379), ("b", 7)), "quiz")),
        ("redis+sentinel://a/quiz/3", RedisUrl("sentinel", (("a", 26379),), "quiz", 3)),
        ("redis+sentinel://a/quiz", RedisUrl("sentinel", (("a", 26379),), "quiz")),
        (
            "redis+sentinel://me:p@a/quiz/?sentinel_username=s&sentinel_password=t%40",
            RedisUrl("sentinel", (("a", 26379),), "quiz", 0, "me", "p", "s", "t@"),
        ),
        ("redis+cluster://:p@a,b:7/0", RedisUrl("cluster", (("a", 6379), ("b", 7)), password="p")),
        ("rediss+cluster://a", RedisUrl("cluster", (("a", 6379),), tls=())),
        (
            "rediss+sentinel://a/quiz?ssl_ca_certs=/ca.pem&sentinel_password=t",
            RedisUrl("sentinel", (("a", 26379),), "quiz", sentinel_password="t", tls=(("ssl_ca_certs", "/ca.pem"),)),
        ),
        ("redis+cluster://[::1]/", RedisUrl("cluster", (("::1", 6379),))),
    ],
)
def test_what_a_url_says(url: str, said: RedisUrl):
    """Name and database of Sentinel may stand in either order; ports and database have defaults."""
    assert check(url) == url
    assert parse(url) == said


@given(SERVERS, SECRETS, SECRETS, SECRETS, st.integers(0, 15), st.booleans())
def test_whatever_is_encoded_is_read_as_it_was_meant(servers, user, password, sentinels, database, first):
    """Names and passwords may hold any character."""
    path = f"{database}/quiz" if first else f"quiz/{database}"
    login = f"{encoded(user)}:{encoded(password)}@{places(servers)}"
    found = parse(f"redis+sentinel://{login}/{path}?sentinel_password={encoded(sentinels)}")
    assert found == RedisUrl("sentinel", tuple(servers), "quiz", database, user, password, None, sentinels)
    assert parse(f"redis+cluster://{login}") == RedisUrl("cluster", tuple(servers), username=user, password=password)
    assert "password" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://:hunter2@a:26379",
        "redis+sentinel://:hunter2@a:26379/0",
        "redis+sentinel://:hunter2@a:26379/0/1",
        "redis+sentinel://:hunter2@a:26379/x/quiz",
        "redis+sentinel://:hunter2@a:26379/0/quiz/1",
        "redis+sentinel://:hunter2@a:99999/quiz",
        "redis+sentinel://:hunter2@a:0/quiz",
        "redis+sentinel://:hunter2@a,/quiz",
        "redis+sentinel://:hunter2@/quiz",
        "redis+sentinel://a/quiz?password=hunter2",
        "redis+sentinel://a/quiz?hunter2",
        "redis+sentinel://user:hunter2/quiz",
        "redis+sentinel://user:hunter2/x@a/quiz",
        "redis+cluster://:hunter2@a:7000/1",
        "redis+cluster://:hunter2@a:7000?hunter2",
        "redis+cluster://a:hunter2",
        "redis+cluster://",
        "redis+sentinels://:hunter2@a/quiz",
        "redis+sentinel://:hunter2@a/quiz?ssl_ca_certs=/ca.pem",
        "rediss+sentinel://:hunter2@a/quiz?ssl_cert_reqs=none",
        "rediss+cluster://:hunter2@a?ssl_check_hostname=false",
        "redis+cluster:a",
    ],
)
def test_a_url_that_does_not_work_is_refused_in_one_line_without_its_password(url: str):
    """The line names the variable, and says what is expected."""
    with pytest.raises(SettingsError) as caught:
        check(url)
    line = str(caught.value)
    assert line.startswith("REDIS_URL=")
    assert "expected" in line
    assert "hunter2" not in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "scheme", ["redis://:hunter2@a", "rediss://a", "unix:///s", "redis+sentinel://a/quiz", "redis+cluster://a"]
)
@pytest.mark.parametrize("option", ["socket_timeout=60", "retry_on_timeout=1", "max_connections=1", "protocol=3", "sl_keyfile="])
def test_no_option_overrides_what_the_platform_relies_on(scheme: str, option: str):
    """Its time-outs, for one: the start is stopped, by a line that names the option."""
    with pytest.raises(
        SettingsError, match=f"^REDIS_URL=.* has the option {option.partition('=')[0]}; expected no options"
    ) as caught:
        check(f"{scheme}?{option}")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SettingsError, match="expected no options but") as caught:
        check("redis://a?password=hunter&shunted=2")
    assert "hunt" not in str(caught.value), "a password that should have been encoded"


@pytest.mark.parametrize(
    "url",
    ["redis://a/1?password=p%40", "unix:///s?db=2&username=u&password=p", "rediss://a?db=1&ssl_ca_certs=/ca&ssl_ca_path=/c"],
)
def test_what_redis_py_has_for_logging_in_and_tls_may_be_said(url: str):
    """The database too, which the URL of a socket has no other place for."""
    assert check(url) == url


@given(st.sampled_from(["redis", "rediss", "redis+sentinel", "redis+cluster"]), SERVERS, st.text("p@?/:#,", max_size=6))
def test_nothing_of_a_password_is_ever_shown(scheme, servers, odd):
    """Not even of one that should have been encoded, or that stands among the options."""
    secret = f"zog{odd}vim"
    for url in (f"{scheme}://me:{secret}@{places(servers)}/quiz", f"{scheme}://a/quiz?sentinel_password={secret}"):
        shown = masked(url)
        assert "zog" not in shown
        assert "vim" not in shown
    assert masked(f"{scheme}://:secret@{places(servers)}/quiz?x=1") == f"{scheme}://***@{places(servers)}/quiz"

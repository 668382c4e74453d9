"""REDIS_URL: which are accepted, what they say, and how one may be shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from config.errors import SettingsError

#: A server's host and port.
Address = tuple[str, int]

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
_SHAPES = {
    "redis": "redis://[user:password@]host[:port][/database]",
    "rediss": "rediss://[user:password@]host[:port][/database] (and ?ssl_ca_certs=FILE, ssl_certfile=FILE&ssl_keyfile=FILE)",
    "unix": "unix:///path/to/socket",
    "redis+sentinel": "redis+sentinel://[user:password@]host[:port],host[:port],.../name[/database] (the sentinels' own "
    "credentials as ?sentinel_username=...&sentinel_password=...)",
    "redis+cluster": "redis+cluster://[user:password@]host[:port],host[:port],... (a cluster has no database but 0)",
}
#: With TLS, to the sentinels too; and what may be said of it: who signed, and what we show for ourselves.
_SHAPES |= {f"rediss{kind}": _SHAPES[f"redis{kind}"].replace("redis+", "rediss+", 1) for kind in ("+sentinel", "+cluster")}
_TLS = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_CREDENTIALS = ("sentinel_username", "sentinel_password")
_LOGIN = ("db", "username", "password")
#: What may follow a "?". Anything else of redis-py's would stand above our time-outs, and that nothing retries.
_OPTIONS: dict[str, tuple[str, ...]] = {
    "redis": _LOGIN,
    "rediss": (
        *_LOGIN,
        *_TLS,
        "ssl_ca_path",
        "ssl_ca_data",
        "ssl_password",
        "ssl_ciphers",
        "ssl_cert_reqs",
        "ssl_check_hostname",
    ),
    "unix": _LOGIN,
    "redis+sentinel": _CREDENTIALS,
    "rediss+sentinel": (*_CREDENTIALS, *_TLS),
    "redis+cluster": (),
    "rediss+cluster": _TLS,
}


@dataclass(frozen=True)
class RedisUrl:
    """What a URL says. `plain` ones are redis-py's to read; the others say all that there is here.

    `hosts`: the sentinels, or some nodes of the cluster. `service`: the name by which the sentinels know the master.
    `tls`: redis-py's options for it, None without.
    """

    kind: Literal["plain", "sentinel", "cluster"]
    hosts: tuple[Address, ...] = ()
    service: str = ""
    database: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sentinel_username: str | None = None
    sentinel_password: str | None = field(default=None, repr=False)
    tls: tuple[tuple[str, str], ...] | None = None


def masked(url: str) -> str:
    """`url` without user, password and options, so that it may be logged."""
    scheme = re.match(r"[a-zA-Z0-9+.-]*://", url)
    shown, _, options = url.partition("?")
    if "@" in options:  # a password among the options, or one with a "?" in it: who knows where it begins
        return f"{scheme.group() if scheme else ''}***"
    if "@" in shown:
        shown = f"{scheme.group() if scheme else ''}***@{shown.rpartition('@')[2]}"
    return shown


def check(url: str) -> str:
    """`url` itself; raises SettingsError when it is none that the platform can use."""
    parse(url)
    return url


def check_trust(url: str) -> None:
    """Raises SettingsError for TLS that takes anybody for Redis, which is fit for trying things out alone."""
    given = dict(parse_qsl(url.partition("?")[2]))
    for name, right in (("ssl_cert_reqs", "required"), ("ssl_check_hostname", "true")):
        if given.get(name, right).lower() != right:
            wrong = f"{name}={given[name]} would take anybody for Redis; name who signed its certificate: ssl_ca_certs=FILE"
            raise SettingsError(f"REDIS_URL={masked(url)!r}: {wrong}")


def check_files(url: str) -> None:
    """Raises SettingsError if a certificate or key that `url` names can't be read."""
    for name, path in parse_qsl(url.partition("?")[2]):
        if name in _TLS:
            try:
                Path(path).read_bytes()
            except OSError as error:
                raise SettingsError(f"REDIS_URL={masked(url)!r}: {name}={path}: {error.strerror}") from None


def check_replicas(url: str | None, replicas: Sequence[str]) -> None:
    """Raises SettingsError for replicas that can't be those of the Redis at `url`."""
    for replica in replicas:
        if not replica.startswith(("redis://", "rediss://", "unix://")):
            raise SettingsError(f"REDIS_REPLICA_URLS={masked(replica)!r}: expected {_SHAPES['redis']}, or rediss://, or unix://")
        try:
            parse(replica)
        except SettingsError as error:
            raise SettingsError(str(error).replace("REDIS_URL=", "REDIS_REPLICA_URLS=", 1)) from None
    if replicas and (url is None or parse(url).kind == "cluster"):
        why = "the embedded Valkey has none" if url is None else "each node of a cluster has some of the games only"
        raise SettingsError(f"REDIS_REPLICA_URLS={masked(replicas[0])!r}: {why}; take it away")


def parse(url: str) -> RedisUrl:
    """What `url` says; raises SettingsError, whose one line shows no password, when the platform can't use it."""
    scheme, found, rest = url.partition("://")
    if not found or scheme not in _SHAPES:
        known = ", ".join(f"{one}://" for one in _SHAPES)
        raise SettingsError(f"REDIS_URL={masked(url)!r}: expected a URL that begins with one of {known}")
    try:
        place, _, text = rest.partition("?")
        given = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True)) if text else {}
        _check_options(url, scheme, given)
        if scheme.endswith("+sentinel"):
            return _sentinel(place, given, tls=scheme.startswith("rediss"))
        if scheme.endswith("+cluster"):
            return _cluster(place, given, tls=scheme.startswith("rediss"))
        _check_plain(url)
    except SettingsError:
        raise
    except ValueError:
        # What stands where the host should may be a password that lost its "@" or holds a "/": show none of it.
        raise SettingsError(
            f"REDIS_URL={scheme + '://***'!r}: expected {_SHAPES[scheme]}, with special characters in the password %-encoded"
        ) from None
    return RedisUrl("plain")


def _check_options(url: str, scheme: str, given: dict[str, str]) -> None:
    """Raises SettingsError for an option that `url` may not have; it is named where it can be no piece of a password."""
    text = url.partition("?")[2]
    for name in given.keys() - _OPTIONS[scheme]:
        if "@" in text:
            raise ValueError
        named = "" if "password" in text or not re.fullmatch("[a-z_]+", name) else f"has the option {name}; "
        but = f" but {', '.join(_OPTIONS[scheme])}" if _OPTIONS[scheme] else ""
        raise SettingsError(f"REDIS_URL={masked(url)!r}: {named}expected no options{but} (time-outs are settings)")
    if not re.fullmatch("[0-9]+", given.get("db", "0")):
        raise SettingsError(f"REDIS_URL={masked(url)!r}: expected a number for the option db")


def _check_plain(url: str) -> None:
    if url.startswith("unix"):
        if not re.match("unix://([^/@]*@)?/", url):
            raise ValueError
        return
    parts = urlsplit(url)
    if not parts.hostname or parts.port == 0 or not re.fullmatch("(/[0-9]*)?", parts.path):
        raise ValueError


def _tls(given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, given[name]) for name in _TLS if name in given)


def _sentinel(place: str, given: dict[str, str], tls: bool) -> RedisUrl:
    servers, _, path = place.partition("/")
    names = path.removesuffix("/").split("/")
    numbers = [name for name in names if re.fullmatch("[0-9]+", name)]
    services = [unquote(name) for name in names if name not in numbers]
    if len(services) != 1 or not services[0] or len(numbers) > 1:
        raise ValueError
    username, password, hosts = _servers(servers, 26379)
    database = int(numbers[0]) if numbers else 0
    name, secret = (given.get(each) or None for each in _CREDENTIALS)
    return RedisUrl("sentinel", hosts, services[0], database, username, password, name, secret, _tls(given) if tls else None)


def _cluster(place: str, given: dict[str, str], tls: bool) -> RedisUrl:
    servers, _, path = place.partition("/")
    if path not in ("", "0"):
        raise ValueError
    username, password, hosts = _servers(servers, 6379)
    return RedisUrl("cluster", hosts, username=username, password=password, tls=_tls(given) if tls else None)


def _servers(text: str, port: int) -> tuple[str | None, str | None, tuple[Address, ...]]:
    """User, password and addresses of what stands between the scheme and the path."""
    user, _, places = text.rpartition("@")
    username, _, password = user.partition(":")
    hosts = []
    for place in places.split(","):
        one = _HOST.fullmatch(place)
        if one is None or not 0 < int(one[2] or port) < 65_536:
            raise ValueError
        hosts.append((one[1].strip("[]"), int(one[2] or port)))
    return unquote(username) or None, unquote(password) or None, tuple(hosts)

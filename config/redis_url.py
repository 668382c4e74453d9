"""REDIS_URL: which are accepted, and how one may be shown."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from config.errors import SettingsError

_PLANNED = {"redis+sentinel": "Redis Sentinel", "redis+cluster": "Redis Cluster"}


def masked(url: str) -> str:
    """`url` without user, password and options, so that it may be logged."""
    scheme = re.match(r"[a-zA-Z0-9+.-]*://", url)
    if "@" in url:
        url = f"{scheme.group() if scheme else ''}***@{url.rpartition('@')[2]}"
    return url.partition("?")[0]


def check(url: str) -> str:
    """`url` itself; raises SettingsError when it is none that the platform can use."""
    scheme = url.partition("://")[0]
    if scheme in _PLANNED:
        raise SettingsError(
            f"REDIS_URL={masked(url)!r}: {_PLANNED[scheme]} is not supported yet; use redis://, rediss:// or unix://"
        )
    if scheme not in ("redis", "rediss", "unix") or scheme == url:
        raise SettingsError(f"REDIS_URL={masked(url)!r}: expected a URL that begins with redis://, rediss:// or unix://")
    if scheme == "unix":
        if not re.match("unix://([^/@]*@)?/", url):
            raise SettingsError(f"REDIS_URL={masked(url)!r}: expected unix:///path/to/socket")
    elif not _reaches_a_server(url):
        # What stands where the host should may be a password that lost its "@" or holds a "/": show none of it.
        raise SettingsError(
            f"REDIS_URL={scheme + '://***'!r}: expected {scheme}://[user:password@]host[:port][/database], "
            "with special characters in the password %-encoded"
        )
    return url


def _reaches_a_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and re.fullmatch("(/[0-9]*)?", parts.path) is not None
    except ValueError:
        return False

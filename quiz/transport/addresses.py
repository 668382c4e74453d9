"""A client's address, as limits count it."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

#: Bits of an IPv6 address that a provider gives to one household: the rest its owner changes at will.
HOUSEHOLD = 64
#: Characters of what is no address; a proxy that names its clients otherwise is believed too.
MOST = 64

_with_port = re.compile(r"\[(.+)\](?::\d+)?|([^:]+):\d+").fullmatch


@lru_cache(maxsize=20_000)
def counted(address: str) -> str:
    """Whom an address stands for: itself, or of IPv6 its network of 64 bits. The port that some proxies add is dropped."""
    found = _with_port(address.strip())
    bare = (found[1] or found[2]) if found else address.strip()
    try:
        known = ip_address(bare)
    except ValueError:
        return bare[:MOST]
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ip_network((int(known), HOUSEHOLD), strict=False))
    return str(known)

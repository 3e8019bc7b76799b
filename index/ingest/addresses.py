"""Which network addresses a report may be fetched from: public ones, and nothing inside.

A web address that a stranger hands over, or that a page redirects to, must not
make this machine ask its own network: a router, a database, a cloud's metadata.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IPAddress = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]
"""A host and a port to the addresses it has, in the order to try them."""

_NAT64 = IPv6Network("64:ff9b::/96")
_SPECIAL = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
"""Global by number, not by use: Azure's services of a virtual machine, protocol assignments."""


def is_public(address: IPAddress) -> bool:
    """Whether the address, and any IPv4 address that it stands for, is on the open internet.

    >>> is_public(ip_address("192.0.2.1")), is_public(ip_address("::ffff:10.0.0.1"))
    (False, False)
    """
    if isinstance(address, IPv6Address):
        if address in _NAT64:  # how a network without IPv4 of its own reaches the rest
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        within = (address.sixtofour, *(address.teredo or ()))
        if address.is_site_local or not all(is_public(one) for one in within if one):
            return False
    # ``is_global`` alone calls some multicast addresses global.
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _SPECIAL)
    )


def system_addresses(host: str, port: int) -> list[str]:
    """Return what the system's resolver says, each address once.

    Raises:
        OSError: the host has none, or there is no network to ask.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def parsed_address(text: str) -> IPAddress | None:
    """Return the address; ``None`` for what is none, or names an interface of this machine."""
    if "%" in text:
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None

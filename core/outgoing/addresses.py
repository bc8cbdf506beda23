"""Which addresses outgoing requests may reach: public ones, and those inside that the admin names."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_NAT64: Final = IPv6Network("64:ff9b::/96")


class AllowList:
    """`AllowedUntrustedInternalConnections`: host names, addresses and networks, separated by spaces or commas."""

    def __init__(self, text: str) -> None:
        self._hosts: set[str] = set()
        self._networks = []
        for word in text.replace(",", " ").split():
            try:
                self._networks.append(ip_network(word, strict=False))
            except ValueError:
                self._hosts.add(word.casefold().rstrip("."))

    def host(self, host: str) -> bool:
        """Say whether this host name may be reached wherever it points."""
        return host.casefold().rstrip(".") in self._hosts

    def address(self, text: str) -> bool:
        """Say whether this address may be reached: a public one, or one of the networks."""
        address = ip_address(text.partition("%")[0])
        return is_public(address) or any(address in network for network in self._networks)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is one of the public internet, also one that carries another within."""
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """SECURITY: an IPv4 address in IPv6's clothes (mapped, NAT64, 6to4, Teredo) reaches that IPv4 host."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)

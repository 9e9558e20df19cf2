"""Which hosts are this machine: only it can reach them, and no proxy leads there."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a host, by its name or address, is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

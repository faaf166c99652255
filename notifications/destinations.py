"""Which addresses outside may be posted to: how one is written, and where its name may lead. Pure: asks no network.

A webhook's address is written by somebody here and leads from our own network, past its firewall. So it is a plain
https address with a name of the public internet, and whatever that name stands for at the moment of sending is public.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST = 2000
IP = IPv4Address | IPv6Address

_WRITTEN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>(?:/[A-Za-z0-9._~:/@!$&'()*+,;=%-]*)?(?:\?[A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Names that stand for nothing public. What a name leads to is looked at all the same.
_LOCAL = {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion", "invalid"}
_LOOPBACK = {"localhost", "127.0.0.1"}

# Written down, because what Python calls global differs from release to release. RFC 6890 and what came after it.
_NOT_PUBLIC = [
    IPv4Network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "168.63.129.16/32",  # public by number, and the inside of a cloud by use
    )
]  # fmt: skip
_PUBLIC_6 = IPv6Network("2000::/3")
# Special uses, and the forms that carry an address of the other kind inside (6to4, Teredo). NAT64, IPv4-mapped, unique
# local, link-local and multicast addresses lie outside of 2000::/3.
_NOT_PUBLIC_6 = [
    IPv6Network(each)
    for each in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20")
]


class Unfit(ValueError):
    """The address is not one to post to; the reason is a sentence for whoever wrote it."""

    def __init__(self, reason: str | Promise) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Address:
    """Where to post to, in its parts. Path and query may be secrets, so they do not show when it is printed."""

    scheme: str
    host: str
    port: int
    target: str = field(repr=False)

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def host_header(self) -> str:
        return self.host if self.port == (443 if self.is_secure else 80) else f"{self.host}:{self.port}"


def parse(text: str, *, ports: Collection[int] = (443,), loopback: bool = False) -> Address:
    """The address in its parts. Raises Unfit for whatever is not a plain one.

    `loopback`: this machine will do too, with http and any port. For tests and development.
    """
    found = _WRITTEN.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise Unfit(_("Write a plain address such as https://example.com/hook: no spaces, no name or password in it."))
    scheme, host = found["scheme"].lower(), found["host"].lower()
    port = int(found["port"] or (443 if scheme == "https" else 80))
    address = Address(scheme, host, port, found["target"] if found["target"][:1] == "/" else f"/{found['target']}")
    if loopback and host in _LOOPBACK and 0 < port < 65536:
        return address
    if scheme != "https":
        raise Unfit(_("The address must begin with https://, so that nobody on the way can read what is sent."))
    _check_name(host)
    if port not in ports and not (loopback and 0 < port < 65536):
        raise Unfit(_("This port is not open to webhooks. Leave it out."))
    return address


def _check_name(host: str) -> None:
    labels = host.split(".")
    last = labels[-1]
    if last.isdecimal() or re.fullmatch(r"0x[0-9a-f]*", last):
        raise Unfit(_("Write the name of the receiver, not its number."))
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Unfit(_("This is not a name that the internet knows."))
    if any(label[2:4] == "--" for label in labels):
        raise Unfit(_("Names that are written in other letters (xn--…) can look like others, so they are not taken."))
    if len(labels) < 2 or last in _LOCAL or not re.fullmatch(r"[a-z]{2,63}", last):
        raise Unfit(_("This name is known in your own network only. A webhook goes to a public name."))


def is_public(ip: IP) -> bool:
    """Whether the address belongs to the public internet, and hides none that does not."""
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC)
    return ip.scope_id is None and ip in _PUBLIC_6 and not any(ip in network for network in _NOT_PUBLIC_6)


def may_be_reached(ip: IP, *, loopback: bool = False) -> bool:
    return is_public(ip) or (loopback and (ip == IPv6Address("::1") or (ip.version == 4 and ip.is_loopback)))

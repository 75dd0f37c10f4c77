"""The name by which others know a site: where passkeys are made for, and which requests are meant for it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from comity.text.source import Mistakes, Place

LOCAL = "localhost"
"""The one name under which browsers make passkeys without TLS."""


@dataclass(frozen=True)
class Origin:
    """`url`: scheme, host and port, as a browser tells where a request comes from; `host`: of it, what passkeys are bound to."""

    url: str
    host: str


def origin(place: str, text: str, mistakes: Mistakes) -> Origin:
    """The origin that somebody wrote; of what is none, the mistakes."""
    try:
        told = urlsplit(text)
        host, port = told.hostname or "", told.port
    except ValueError:
        told, host, port = urlsplit(""), "", None
    at = Place(place, 1, 1)
    if not host or told.scheme not in ("https", "http") or told.path.strip("/") or told.query or told.fragment or told.username is not None:
        mistakes.add(at, f"'{text}' is no name of a site", "write https://comity.example")
    elif told.scheme == "http" and host != LOCAL:
        mistakes.add(at, f"browsers make passkeys for '{host}' only where it is asked by https", f"write https://{host}")
    elif _is_number(host) or not host.isascii() or ("." not in host.strip(".") and host != LOCAL):
        mistakes.add(at, f"browsers make no passkeys for '{host}'", "name the site as the domain name system does: https://comity.example")
    shown = f"{told.scheme}://{host}" + (f":{port}" if port is not None and port != {"https": 443, "http": 80}.get(told.scheme) else "")
    return Origin(shown, host)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

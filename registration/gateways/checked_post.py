"""Sends to an outside host at the address that was checked, even if its name resolves to another one a moment later.

No proxy of the environment, which would resolve the name again, and no redirect, which would lead elsewhere (OWASP,
server-side request forgery).
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from ipaddress import ip_address
from ssl import SSLContext

import httpx

from registration.rules.outside_addresses import Address


def addresses_of(url: str) -> list[Address]:
    """The addresses of the URL's host. Raises OSError for a name without any."""
    asked = httpx.URL(url)
    port = asked.port or (443 if asked.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(asked.host, port, type=socket.SOCK_STREAM)
    except UnicodeError as no_name:
        # An empty label, or one that is too long, is refused before anything is resolved.
        raise OSError("not a host name") from no_name
    return [ip_address(row[4][0]) for row in found]


@contextmanager
def posted(
    url: str, address: Address, *, body: bytes, headers: Mapping[str, str], seconds: float, method: str = "POST"
) -> Iterator[httpx.Response]:
    """The answer, not read yet. The name stays in the header and in the certificate that is asked for."""
    asked = httpx.URL(url)
    with (
        httpx.Client(timeout=seconds, trust_env=False, follow_redirects=False, verify=_trusted()) as client,
        client.stream(
            method,
            asked.copy_with(host=str(address)),
            content=body,
            headers={**headers, "Host": asked.netloc.decode()},
            extensions={"sni_hostname": asked.host},
        ) as answer,
    ):
        yield answer


@cache
def _trusted() -> SSLContext:
    """The authorities that are trusted, without the environment's: reading them takes longer than a request."""
    return httpx.create_ssl_context(trust_env=False)

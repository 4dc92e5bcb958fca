"""The authority outside that vouches for the time of a signature (RFC 3161)."""

from collections.abc import Callable

import httpx

from registration.errors import Unavailable

SECONDS = 10


def asking(url: str) -> Callable[[bytes], bytes]:
    """Sends requests to the timestamp authority at this address; Unavailable `timestamp_away` without an answer."""

    def ask(request: bytes) -> bytes:
        kind = {"Content-Type": "application/timestamp-query"}
        try:
            answer = httpx.post(url, content=request, headers=kind, timeout=SECONDS)
            answer.raise_for_status()
        except httpx.HTTPError as away:
            raise Unavailable("timestamp_away", url=url, kind=type(away).__name__) from away
        return answer.content

    return ask

"""Compresses answers of text: a long page is a quarter as long, which counts on a telephone far from a mast."""

import gzip

from flask import Flask, Response, request

TEXTS = ("text/html", "text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml")
# Below this an answer fits into one packet anyway.
FEWEST_BYTES = 1400
# Level 3 takes half the time of 5 for a long page, and leaves a twenty-fifth more.
LEVEL = 3


def install(app: Flask) -> None:
    app.after_request(_compress)


def _compress(answer: Response) -> Response:
    if answer.mimetype not in TEXTS:
        return answer
    answer.vary.add("Accept-Encoding")
    # A program sends the tag back to name a version (RFC 9110, 13.1.1).
    is_versioned = request.path.startswith("/api/") and "ETag" in answer.headers
    if answer.status_code >= 300 or answer.content_encoding or is_versioned or not may_be_compressed():
        return answer
    answer.direct_passthrough = False
    content = answer.get_data()
    if len(content) < FEWEST_BYTES:
        return answer
    answer.set_data(compressed(content))
    answer.content_encoding = "gzip"
    etag, _is_weak = answer.get_etag()
    if etag:
        # The same content in other bytes.
        answer.set_etag(etag, weak=True)
    return answer


def compressed(content: bytes) -> bytes:
    return gzip.compress(content, LEVEL, mtime=0)


def may_be_compressed() -> bool:
    """Not where another site may have caused the request: the length of the answer would tell what a secret in it
    resembles (BREACH, CVE-2013-3587)."""
    ours = request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
    return ours and request.accept_encodings.quality("gzip") > 0

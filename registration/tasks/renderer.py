"""The press of a worker: its limits, and that it is warm before the first licence."""

import threading

import structlog

from certificates.errors import CertificateError
from certificates.paper.pdf import renderer
from certificates.paper.render_limits import RenderLimits
from registration.settings import settings

log = structlog.get_logger(__name__)


def limits() -> RenderLimits:
    """What a paper may cost here."""
    return RenderLimits(seconds=settings().render_seconds, megabytes=settings().render_megabytes)


def warm_up() -> threading.Thread:
    """Loads fonts and sheets beside the worker's start, which is not held up; a first paper waits for it, no longer.

    Call it after the fork: data that Pango has loaded must not be shared.
    """
    thread = threading.Thread(target=_warm, name="press", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    try:
        renderer(settings().design, own=settings().designs).warm()
    except CertificateError as refused:
        # The first paper meets the same error where it is counted, retried and shown.
        log.warning("press.cold", code=refused.code, data=refused.data)

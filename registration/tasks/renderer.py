"""The press of a worker: its limits, and that it is warm before the first licence."""

import threading
from typing import get_args

import structlog

from certificates.errors import CertificateError
from certificates.paper import samples
from certificates.paper.compiled.form_cache import cache_forms_in
from certificates.paper.pdf import filled, renderer
from certificates.paper.render_limits import RenderLimits
from certificates.particulars import CopyKind
from registration.settings import settings

log = structlog.get_logger(__name__)


def limits() -> RenderLimits:
    """What a paper may cost here."""
    return RenderLimits(seconds=settings().render_seconds, megabytes=settings().render_megabytes)


def use_form_cache() -> None:
    """Compiled forms are kept below the home, for the processes after this one."""
    cache_forms_in(settings().home.resolve() / "forms")


def warm_up() -> threading.Thread:
    """Loads fonts and styles and compiles the usual sheets beside the worker's start, which is not held up; a first
    paper waits for it, no longer.

    Call it after the fork: data that Pango has loaded must not be shared.
    """
    use_form_cache()
    thread = threading.Thread(target=_warm, name="press", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    try:
        ready = renderer(settings().design, own=settings().designs)
        # Most licences are of these kinds; the sheet of another is compiled with its first licence. What is in the
        # cache needs no fonts, which only layout does.
        for copy in get_args(CopyKind):
            filled(ready, samples.particulars(copy_kind=copy, sample=not settings().design_is_own or settings().demo))
        ready.warm()
    except CertificateError as refused:
        # The first paper meets the same error where it is counted, retried and shown.
        log.warning("press.cold", code=refused.code, data=refused.data)

"""One JSON line an event. Secrets and personal data are taken out here, whatever the caller passed in."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

import structlog

SECRET_NAMES = re.compile(r"password|secret|token|cookie|authorization|id_no|mobile|phone|address|email|login", re.I)
ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{8}(\d{3}[0-9Xx])(?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# What all of these have; most texts have neither, and one look is cheaper than three.
PERHAPS_PERSONAL = re.compile(r"@|\d{11}")


def configure() -> None:
    """Sends structlog's events, and the standard library's warnings, to stderr."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _Lines(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # It notes the whole address of each request, and that of a device is a secret (gateways/push.py).
    logging.getLogger("httpx").setLevel(logging.WARNING)


class _Lines(structlog.PrintLogger):
    """A line that cannot be written, because the disk is full, must not stop who writes it."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


def without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The last processor before the line is written."""
    return {name: "***" if _is_secret(name) else _clean(value) for name, value in event.items()}


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return SECRET_NAMES.search(name) is not None


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return without_secrets(None, "", dict(value))
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(item) for item in value]
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    return cleaned(str(value))


def cleaned(text: str) -> str:
    """The text with identity numbers, mobile numbers and mail addresses masked."""
    if not PERHAPS_PERSONAL.search(text):
        return text
    return MAIL.sub("***@***", MOBILE.sub(r"\1****\2", ID_NUMBER.sub(r"\1********\2", text)))

"""Collects what WeasyPrint only logs, because a warning about a licence is an error."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Messages(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())


@contextmanager
def collected_warnings() -> Iterator[list[str]]:
    """The messages that WeasyPrint logs meanwhile, in the order of their coming."""
    messages, logger = _Messages(), logging.getLogger("weasyprint")
    logger.addHandler(messages)
    try:
        yield messages.found
    finally:
        logger.removeHandler(messages)

"""A file of the printer before it is written, so that its signature can stand in its first revision.

It imports nothing of the printer: web pages describe papers, and only workers write them.
"""

from collections.abc import Mapping
from typing import Any, Protocol


class UnwrittenFile(Protocol):
    """A file before it is written: the numbers of its first page and of the outermost element of its tags, the next
    free number and key of an annotation, how many bytes at its beginning are hashed already, and their SHA-256."""

    page: int
    document: int
    next_number: int

    @property
    def next_key(self) -> int: ...

    @property
    def hashed(self) -> tuple[int, Any]: ...

    def written(
        self,
        *,
        catalog: bytes = b"",
        page: bytes = b"",
        more: Mapping[int, bytes] | None = None,
        tag: int | None = None,
    ) -> bytearray: ...


def written(made: bytes | UnwrittenFile) -> bytes:
    """The file as it is, without a signature."""
    return made if isinstance(made, bytes) else bytes(made.written())

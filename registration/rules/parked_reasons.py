"""Why a message was parked, in words: found by what its error says."""

from collections.abc import Mapping
from functools import cache

from registration.rules.folder_files import Closed
from registration.rules.reference import Said, texts


class ParkedReason(Closed):
    """reference/parked_reasons.yaml: a row stands for the errors that contain one of its texts."""

    texts: tuple[str, ...]
    cause: Said
    fix: Said


@cache
def parked_reasons() -> Mapping[str, ParkedReason]:
    return {key: ParkedReason.model_validate(row) for key, row in texts("reference/parked_reasons.yaml").items()}


def reason_of(error: str | None) -> str:
    """The key of the first row of which a text is in the error, else of the last row."""
    *known, last = parked_reasons().items()
    found = (key for key, row in known if any(text in (error or "") for text in row.texts))
    return next(found, last[0])

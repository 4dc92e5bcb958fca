"""The checks of the records and the faults that they find, in words."""

from collections.abc import Mapping
from typing import Any

from registration.rules.languages import said, values_in
from registration.rules.reference import texts
from registration.rules.register_items import register_items

FILE = "reference/verification.yaml"
FAULTS = ("history", "log", "records", "register")
CHECKS: tuple[str, ...] = tuple(texts(FILE)["checks"])


def check_words(check: str, lang: str) -> str:
    return said(texts(FILE)["checks"][check], lang)


def fault_words(code: str, data: Mapping[str, Any], lang: str) -> str:
    """What is wrong, without the place."""
    values = {**data, "what": compared_words(str(data["what"]), lang)} if "what" in data else data
    row = next(texts(FILE)[part][code] for part in FAULTS if code in texts(FILE)[part])
    return said(row, lang).format_map(values_in(lang, values))


def compared_words(what: str, lang: str) -> str:
    """What was compared: by a replay, or an item of the register. An unknown name stands as it is."""
    row = register_items().get(what)
    known = texts(FILE)["compared"].get(what) or (row.label if row else None)
    return said(known, lang) if known else what

"""Texts of several lines that a person writes to another: a reason, a message, an answer."""

from collections.abc import Collection, Iterable, Mapping

from registration.errors import InvalidInput
from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.tidy import UntidyText, refuse_unseen

TEXT = pair("这段话", "this text")


def prose(path: str, text: str, *, most: int, required: bool = False, label: Mapping[str, str] = TEXT) -> str:
    """The text as it is kept, without blanks around it.

    InvalidInput at `path` if it is too long, missing though it is required, or differs from its appearance.
    """
    words = text.strip().replace("\r\n", "\n")
    if required and not words:
        raise InvalidInput([Problem(path, "field.missing", {"field": label})])
    if len(words) > most:
        raise InvalidInput([Problem(path, "text.too_long", {"most": most, "field": label})])
    try:
        refuse_unseen(words.replace("\r", "").replace("\n", ""))
    except UntidyText as unseen:
        raise InvalidInput([Problem(path, unseen.code, {**unseen.data, "field": label})]) from None
    return words


def prose_among(
    problems: list[Problem],
    path: str,
    text: str,
    *,
    most: int,
    required: bool = False,
    label: Mapping[str, str] = TEXT,
) -> str:
    """The same as one of several fields: what is wrong is added to `problems`, and the text is empty then."""
    try:
        return prose(path, text, most=most, required=required, label=label)
    except InvalidInput as invalid:
        problems += invalid.problems
        return ""


def prose_of(
    problems: list[Problem],
    data: object,
    fields: Iterable[tuple[str, int, Mapping[str, str]]],
    *,
    optional: Collection[str] = (),
) -> dict[str, str]:
    """The same of several attributes of `data`: `fields` has the name, the longest length and the label of each."""
    return {
        name: prose_among(problems, name, getattr(data, name), most=most, required=name not in optional, label=label)
        for name, most, label in fields
    }

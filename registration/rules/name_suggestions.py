"""Other trade names that resemble one which is taken, for the applicant to choose from."""

from collections.abc import Iterator

from registration.rules.reference import words


def similar_trade_names(trade: str) -> Iterator[str]:
    """Trade names with another character at the end or the beginning of `trade`, which may be taken as well.

    A name that only adds a character would resemble the taken one too much. The order differs from name to name.
    """
    others = sorted(words("name_suggestions") - set(trade))
    start = sum(map(ord, trade)) % len(others)
    for sign in (*others[start:], *others[:start]) if len(trade) > 1 else ():
        yield f"{trade[:-1]}{sign}"
        yield f"{sign}{trade[1:]}"

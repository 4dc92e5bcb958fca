"""A bounded parser for whole numbers in input texts: fields, cursors, versions and addresses."""

# The maximum of a column of four bytes; PostgreSQL refuses more, and SQLite and Python have their own limits.
LARGEST = 2**31 - 1
MOST_DIGITS = len(str(LARGEST))


def whole_number(text: str, *, least: int = 0, most: int = LARGEST) -> int | None:
    """The number in `text`, which must have ASCII digits only; None for anything else, and outside least..most.

    `str.isdigit` is also true for digits that `int` does not accept, such as the superscript two.
    """
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        return None
    number = int(text)
    return number if least <= number <= most else None

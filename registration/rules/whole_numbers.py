"""Whole numbers that come from outside as texts: one parser, bounded, for fields, cursors, versions and addresses."""

# What a column of four bytes holds; PostgreSQL refuses more, and SQLite and Python have limits of their own.
LARGEST = 2**31 - 1
MOST_DIGITS = len(str(LARGEST))


def whole_number(text: str, *, least: int = 0, most: int = LARGEST) -> int | None:
    """The number that `text` writes with ASCII digits alone; None for anything else, and outside least..most.

    `str.isdigit` is also true of digits that `int` does not read, such as the superscript two.
    """
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        return None
    number = int(text)
    return number if least <= number <= most else None

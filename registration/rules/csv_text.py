"""The text of a CSV file: read as office programs save it (UTF-8, UTF-16, GB 18030 of Chinese Excel), and written."""

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO

from registration.rules.problems import InvalidForm, Problem

Line = tuple[int, Sequence[str]]
DELIMITERS = ",\t;"
# What a spreadsheet would take for a formula when a cell begins with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(content: bytes) -> str:
    """The text, without a byte order mark. ValueError for bytes in none of these encodings."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # GB 18030 holds all of GBK and GB 2312. It accepts nearly all bytes, so UTF-8 is tried first.
        return content.decode("gb18030")


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each line's number, from 1 as editors count, with its trimmed cells. ValueError if the file is not CSV.

    Excel separates by tabs in its "Unicode text", and by semicolons in some languages: the first line decides.
    """
    text = decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as broken:
        raise ValueError(str(broken)) from broken


def below_header(content: bytes, *, header: str, is_header: Callable[[Sequence[str]], bool]) -> Iterator[Line]:
    """The lines below the first one with their numbers, empty ones left out.

    InvalidForm for a file that is no CSV, and with the code `header` where the first line is not the header.
    """
    try:
        numbered = list(rows(content))
    except ValueError:
        raise InvalidForm([Problem("file", "calendar.not_text")]) from None
    filled = ((line, cells) for line, cells in numbered if any(cells))
    line, first = next(filled, (1, [""]))
    if not is_header(first):
        raise InvalidForm([Problem("file", header, {"line": line})])
    yield from filled


def written(table: Iterable[Sequence[object]]) -> str:
    """The lines of a table (RFC 4180), with the mark by which Excel reads UTF-8; no spreadsheet computes a cell."""
    return "".join(streamed(table))


def streamed(table: Iterable[Sequence[object]]) -> Iterator[str]:
    """The same, line by line."""
    yield "\ufeff"
    for row in table:
        out = StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerow([safe("" if cell is None else str(cell)) for cell in row])
        yield out.getvalue()


def safe(text: str) -> str:
    """The text so that no spreadsheet computes it."""
    return f"'{text}" if text.startswith(FORMULA) else text

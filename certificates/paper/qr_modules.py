"""The modules of a QR code of one version, error level M and mask 2 (ISO/IEC 18004), many times as fast as segno.

What is the same in all codes of a version, and the places of the bits, are read once from a code that segno made.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice, product, zip_longest
from operator import itemgetter
from typing import Any

import segno
from segno import consts

LEVEL, MASK = "m", 2
DATA = (consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT)
BYTES, LETTERS = 0b0100, 0b0010
ALPHANUMERIC = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")}
# Fills the space after the data, ISO/IEC 18004, 7.4.10.
FILLING = b"\xec\x11"


@dataclass(frozen=True)
class _Version:
    """Side in modules; data bytes of each block and check bytes of all; the fixed modules as a number of side * side
    bits, with data modules inverted by the mask; and for each module the place of its bit among those of all data and
    then of the check bytes of each block."""

    side: int
    blocks: tuple[int, ...]
    checks: int
    fixed: int
    places: Callable[[str], tuple[str, ...]]


def modules(version: int, *, address: str, statement: str = "") -> tuple[int, int]:
    """The side of a code, and its modules as a number: row by row, dark is 1. `address` is ASCII and kept as bytes,
    `statement` as letters of the alphanumeric mode. Both must fit into the version."""
    chosen = _version(version)
    data = _data(version, address, statement, sum(chosen.blocks))
    blocks, at = [], 0
    for size in chosen.blocks:
        blocks.append(data[at : at + size])
        at += size
    checks = [_checks(block, chosen.checks) for block in blocks]
    words = data + b"".join(checks)
    # One more, for modules that hold no data.
    bits = f"{int.from_bytes(words):0{8 * len(words)}b}0"
    return chosen.side, int("".join(chosen.places(bits)), 2) ^ chosen.fixed


def _data(version: int, address: str, statement: str, size: int) -> bytes:
    """The data bytes: both segments, their end, and what fills the rest."""
    # Lengths have 8 bits up to version 9, then 16; of letters 9, then 11.
    small = version < 10
    packed = int.from_bytes(address.encode("ascii"))
    bits = f"{BYTES:04b}{len(address):0{8 if small else 16}b}{packed:0{8 * len(address)}b}"
    if statement:
        bits += f"{LETTERS:04b}{len(statement):0{9 if small else 11}b}{_letters(statement)}"
    if len(bits) > 8 * size:
        raise ValueError("too long")
    bits += "0" * min(4, 8 * size - len(bits))
    bits += "0" * (-len(bits) % 8)
    used = len(bits) // 8
    filling = (FILLING * size)[: size - used]
    return int(bits, 2).to_bytes(used) + filling


def _letters(text: str) -> str:
    """The bits of letters."""
    bits = _bits_of_letters()
    return "".join([bits[text[at : at + 2]] for at in range(0, len(text), 2)])


@cache
def _bits_of_letters() -> dict[str, str]:
    """Two letters in eleven bits, a single one in six."""
    pairs = product(ALPHANUMERIC.items(), repeat=2)
    two = {first + second: f"{45 * high + low:011b}" for (first, high), (second, low) in pairs}
    return two | {letter: f"{value:06b}" for letter, value in ALPHANUMERIC.items()}


def _checks(block: bytes, count: int) -> bytes:
    """The check bytes of a block: the rest of a division, with all of them in one number."""
    table, high, cut = _multiples(count), 8 * (count - 1), (1 << 8 * count) - 1
    rest = 0
    for one in block:
        rest = ((rest << 8) & cut) ^ table[one ^ (rest >> high)]
    return rest.to_bytes(count)


@cache
def _multiples(count: int) -> tuple[int, ...]:
    """The generator polynomial of degree `count` times each byte, without its first term."""
    powers = [1]
    for _ in range(254):
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0x11D if doubled > 0xFF else doubled)
    logarithm = {value: exponent for exponent, value in enumerate(powers)}

    def times(one: int, other: int) -> int:
        return powers[(logarithm[one] + logarithm[other]) % 255] if one and other else 0

    generator = [1]
    for exponent in range(count):
        moved = [*generator, 0]
        generator = [one ^ (times(generator[at - 1], powers[exponent]) if at else 0) for at, one in enumerate(moved)]
    return tuple(int.from_bytes(bytes(times(factor, one) for one in generator[1:])) for factor in range(256))


@cache
def _version(version: int) -> _Version:
    made: Any = segno.make_qr("HEYI", error=LEVEL, version=version, mask=MASK, boost_error=False)
    kinds = [list(row) for row in made.matrix_iter(verbose=True, border=0)]
    side = len(kinds)
    # Segno calls one module format information that holds data.
    kinds[8][side - 9] = consts.TYPE_DATA_LIGHT
    blocks = [one for one in consts.ECC[version][consts.ERROR_LEVEL_M] for _ in range(one.num_blocks)]
    sizes = tuple(one.num_data for one in blocks)
    checks = blocks[0].num_total - blocks[0].num_data
    words = _interleaved(sizes, checks)
    order = {place: 8 * words[at // 8] + at % 8 for at, place in enumerate(_order(kinds, side)) if at < 8 * len(words)}
    # Modules after the last bit, and fixed ones, have the bit 0.
    nothing = 8 * len(words)
    cells = [(row, column) for row in range(side) for column in range(side)]
    fixed = "".join(str(int(_is_dark(kinds[row][column], column))) for row, column in cells)
    return _Version(side, sizes, checks, int(fixed, 2), itemgetter(*(order.get(cell, nothing) for cell in cells)))


def _interleaved(sizes: tuple[int, ...], checks: int) -> list[int]:
    """The order in which bytes are drawn (7.6): the first of each block, the second of each; then the check bytes."""
    places = iter(range(sum(sizes) + checks * len(sizes)))
    groups = [[list(islice(places, size)) for size in group] for group in (sizes, (checks,) * len(sizes))]
    columns = chain.from_iterable(zip_longest(*group) for group in groups)
    return [place for column in columns for place in column if place is not None]


def _is_dark(kind: int, column: int) -> bool:
    """Whether a fixed module is dark, or the mask inverts a data module: those of each third column."""
    return column % 3 == 0 if kind in DATA else kind >> 8 > 0


def _order(kinds: list[list[int]], side: int) -> Iterator[tuple[int, int]]:
    """The data modules in the order of their bits: up and down in pairs of columns from the right."""
    columns = chain(range(side - 1, 6, -2), range(5, 0, -2))
    for turn, right in enumerate(columns):
        rows = range(side - 1, -1, -1) if turn % 2 == 0 else range(side)
        for row in rows:
            for column in (right, right - 1):
                if kinds[row][column] in DATA:
                    yield row, column

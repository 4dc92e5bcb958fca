"""The drawing commands of a laid-out page: fixed ones as bytes, and for each marked text its font, size and glyphs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from certificates.paper import glyphs
from certificates.paper.accessibility import Opening
from certificates.paper.compiled.sheet import NotCompiled

# What texts are likely to have: in every file, so that it is compressed once.
USUAL = {glyphs.TEXT: "0123456789ABCDEFGHJKLMNPQRTUWXY-./（），：；。年月日人民币万元整", glyphs.FIXED: "0123456789-"}
CODE = b"/code Do"
_HEX = re.compile(rb"<([0-9a-f]+)>")
_FONT = re.compile(rb"/(\S+) ([\d.]+) Tf")
_DO = re.compile(rb"/(\S+) Do")
_NUMBER = re.compile(rb"<</MCID (\d+)>>")


@dataclass(frozen=True)
class Drawn:
    """A text as drawn: the name of its font, its size in pixels, the operators before it and its glyphs."""

    font: str
    size: float
    state: bytes
    show: bytes


class Renumbered:
    """The glyphs of a font in the order of their first use; a sheet's font has them in this order."""

    def __init__(self) -> None:
        # Every font begins with the glyph of a missing character.
        self._places = {0: 0}

    def place(self, glyph: int) -> int:
        """The new number of a glyph."""
        return self._places.setdefault(glyph, len(self._places))

    def shown(self, command: bytes) -> bytes:
        """A command that shows glyphs, with their new numbers."""
        return _HEX.sub(lambda match: b"<%b>" % self._digits(match[1]), command)

    def _digits(self, digits: bytes) -> bytes:
        if len(digits) % 4:
            raise NotCompiled
        return b"".join(b"%04x" % self.place(int(digits[at : at + 4], 16)) for at in range(0, len(digits), 4))

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)


class Content:
    """The commands of one page, in which glyphs of fixed texts have the numbers of `fonts`, and slots have none."""

    def __init__(
        self,
        commands: Iterable[bytes],
        *,
        slots: frozenset[int],
        picture: int | None,
        fonts: dict[str, Renumbered],
        artifacts: Mapping[int, Opening],
    ) -> None:
        self._commands = list(commands)
        self._sections = dict(_sections(self._commands))
        self.fonts = fonts
        slotted = {at for mark in slots for at in range(*self._sections[mark])}
        self._renumber(slotted)
        self.picture_name = "" if picture is None else self._rename(picture)
        for mark, opening in artifacts.items():
            start = self._sections[mark][0]
            self._commands[start : start + len(opening)] = opening

    def drawn(self, mark: int) -> Drawn:
        """The text of a marked section. Raises NotCompiled for anything but one text."""
        start, end = self._sections[mark]
        # The tag, its properties and BDC come first, EMC last.
        inner = self._commands[start + 3 : end - 1]
        if b"BT" not in inner or len(inner) != inner.index(b"BT") + 5 or inner[-1] != b"ET":
            raise NotCompiled
        begin = inner.index(b"BT")
        font = _FONT.fullmatch(inner[begin + 2])
        if font is None or not inner[begin + 3].endswith(b" TJ"):
            raise NotCompiled
        return Drawn(font[1].decode(), float(font[2]), b"\n".join(inner[:begin]), inner[begin + 3])

    def chunks(self, pieces: Mapping[int, int]) -> tuple[bytes | int, ...]:
        """The fixed commands, and in place of each mark in `pieces` its index."""
        starts = {self._sections[mark][0]: (index, self._sections[mark][1]) for mark, index in pieces.items()}
        found: list[bytes | int] = []
        at, begin = 0, 0
        while at < len(self._commands):
            if at not in starts:
                at += 1
                continue
            index, end = starts[at]
            found += [b"\n".join(self._commands[begin:at]), index]
            at = begin = end
        return (*found, b"\n".join(self._commands[begin:]))

    def _renumber(self, slotted: set[int]) -> None:
        font = Renumbered()
        for at, command in enumerate(self._commands):
            if chosen := _FONT.fullmatch(command):
                font = self.fonts.setdefault(chosen[1].decode(), Renumbered())
            elif command.endswith(b" TJ") and at not in slotted:
                self._commands[at] = font.shown(command)
            elif command.endswith(b" Tj"):
                raise NotCompiled

    def _rename(self, picture: int) -> str:
        """The name of the marked picture, which is that of its content, replaced by one that is always the same."""
        for at in range(*self._sections[picture]):
            if match := _DO.fullmatch(self._commands[at]):
                self._commands[at] = CODE
                return match[1].decode()
        raise NotCompiled


def read_content(
    commands: Iterable[Any],
    *,
    slots: frozenset[int],
    picture: int | None,
    fonts: dict[str, Renumbered],
    artifacts: Mapping[int, Opening],
) -> Content:
    """The commands of a page as WeasyPrint has them; `slots` and `picture` are numbers of marked content, `artifacts`
    the openings of some. The pages of a file share their fonts."""
    return Content(map(_as_bytes, commands), slots=slots, picture=picture, fonts=fonts, artifacts=artifacts)


def _as_bytes(command: Any) -> bytes:
    if isinstance(command, bytes):
        return command
    return bytes(command.data) if hasattr(command, "data") else str(command).encode()


def _sections(commands: list[bytes]) -> Iterator[tuple[int, tuple[int, int]]]:
    """The first command and the end of each marked section."""
    for at, command in enumerate(commands):
        if match := _NUMBER.fullmatch(command):
            yield int(match[1]), (at - 1, commands.index(b"EMC", at) + 1)

"""Glyphs, widths and line breaks of a text, from the libraries that the renderer uses: HarfBuzz and Pango.

They are called directly, because only their answers for a whole text are wanted. Without them nothing is filled and
every sheet is laid out.
"""

import ctypes
import re
import threading
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

from certificates.paper.glyphs import unpacked

# Pango's and HarfBuzz's unit here: a CSS pixel has this many.
UNITS = 1024
HARFBUZZ = ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll", "libharfbuzz.so")
PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll", "libpango-1.0.so")
LEFT_TO_RIGHT, READ_ONLY = 4, 1
LANGUAGE = b"zh-cn"
HANI, CHWS = (int.from_bytes(tag, "big") for tag in (b"Hani", b"chws"))
# Numbers in HarfBuzz's records of a glyph and of its place, and the flag of a glyph before which a text cannot be
# divided without shaping it again.
RECORD, UNSAFE = 5, 1


# Pango's pairs, which have the same script on both sides, as far as texts have them.
_PAIRS = "() <> [] {} ‘’ “” ‹› «» 〈〉 《》 「」 『』 【】 〔〕 〖〗 〘〙 〚〛 （） ［］ ｛｝"
PAIRS = {pair[0]: pair[1] for pair in _PAIRS.split(" ")}
LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ɏＡ-Ｚａ-ｚ]")
HAN = re.compile("[㐀-䶿一-鿿々〇]")
# Characters whose script is known here. A text with any other character is laid out by WeasyPrint.
KNOWN = re.compile("[ -~·×÷À-ɏ‐-—‘’“”…‰℃№\u3000、。〈-】〔-〛々〇㐀-䶿一-鿿！-～￥]+")


class NotShaped(Exception):
    """A text whose characters are not one glyph each, or no library to shape it."""


@dataclass(frozen=True)
class Glyphs:
    """One glyph for each character: its number in the font, advance and offset in 1/1024 pixel, and whether the text
    may be divided before it as it is."""

    numbers: list[int]
    advances: list[int]
    offsets: list[int]
    safe: list[bool]

    def part(self, start: int, end: int) -> "Glyphs":
        """Those of some of the characters."""
        part = slice(start, end)
        return Glyphs(self.numbers[part], self.advances[part], self.offsets[part], self.safe[part])

    def followed_by(self, other: "Glyphs") -> "Glyphs":
        """Both, set apart from each other."""
        safe = [*self.safe, True, *other.safe[1:]]
        return Glyphs(self.numbers + other.numbers, self.advances + other.advances, self.offsets + other.offsets, safe)


class _Segment(ctypes.Structure):
    """HarfBuzz's `hb_segment_properties_t`."""

    _fields_ = (
        ("direction", ctypes.c_int),
        ("script", ctypes.c_uint32),
        ("language", ctypes.c_void_p),
        ("reserved", ctypes.c_void_p * 2),
    )


class Face:
    """A font file of this package, shaped at any size."""

    def __init__(self, file: str) -> None:
        self._library = _harfbuzz()
        # Of the buffer, which all threads share.
        self._lock = threading.Lock()
        self.content = unpacked(file)
        blob = self._library.hb_blob_create(self.content, len(self.content), READ_ONLY, None, None)
        self._face = self._library.hb_face_create(blob, 0)
        self._fonts: dict[int, int] = {}
        self._buffer = self._library.hb_buffer_create()
        language = self._library.hb_language_from_string(LANGUAGE, -1)
        self._segment = ctypes.byref(_Segment(LEFT_TO_RIGHT, HANI, language))
        # Tag, value, and the whole text.
        self._features = (ctypes.c_uint32 * 4)(CHWS, 1, 0, 0xFFFFFFFF)

    def shape(self, text: str, *, size: int) -> Glyphs:
        """The glyphs of a text without line breaks at `size` units an em, each script by itself, as Pango shapes it.

        Raises NotShaped.
        """
        first, *more = (self._shape(run, size=size) for run in runs(text))
        return reduce(Glyphs.followed_by, more, first)

    def _shape(self, text: str, *, size: int) -> Glyphs:
        with self._lock:
            return self._shape_alone(text, size=size)

    def _shape_alone(self, text: str, *, size: int) -> Glyphs:
        library, buffer = self._library, self._buffer
        library.hb_buffer_clear_contents(buffer)
        library.hb_buffer_add_utf32(buffer, text.encode("utf-32-le"), len(text), 0, -1)
        library.hb_buffer_set_segment_properties(buffer, self._segment)
        library.hb_shape(self._font(size), buffer, self._features, 1)
        count = ctypes.c_uint()
        glyphs = _records(library.hb_buffer_get_glyph_infos(buffer, ctypes.byref(count)), count.value, "I")
        places = _records(library.hb_buffer_get_glyph_positions(buffer, ctypes.byref(count)), count.value, "i")
        if count.value != len(text):
            raise NotShaped
        numbers = glyphs[0::RECORD].tolist()
        if 0 in numbers or any(places[3::RECORD]):
            raise NotShaped
        safe = [not flags & UNSAFE for flags in glyphs[1::RECORD]]
        return Glyphs(numbers, places[0::RECORD].tolist(), places[2::RECORD].tolist(), safe)

    def _font(self, size: int) -> int:
        if size not in self._fonts:
            self._fonts[size] = font = self._library.hb_font_create(self._face)
            self._library.hb_font_set_scale(font, size, size)
        return self._fonts[size]


def is_known(text: str) -> bool:
    """Whether the script of each character is known here."""
    return KNOWN.fullmatch(text) is not None


def is_mixed(text: str) -> bool:
    """Whether a text has more than one script, so that signs depend on which comes first."""
    return bool(LATIN.search(text) and HAN.search(text))


def runs(text: str) -> Iterator[str]:
    """The parts of a text in one script. Signs belong to the script before them, the second of a pair to that of the
    first. Raises NotShaped for a character whose script is not known here.
    """
    if not is_known(text):
        raise NotShaped
    if not is_mixed(text):
        yield text
        return
    script, start = "", 0
    opened: list[tuple[str, str]] = []
    waiting = 0
    for place, character in enumerate(text):
        own = _script(character)
        if character in PAIRS.values():
            while opened and PAIRS[opened[-1][0]] != character:
                opened.pop()
            own = opened[-1][1] if opened else own
            waiting = min(waiting, len(opened))
        if script and own and own != script:
            yield text[start:place]
            start, script, waiting = place, "", len(opened)
        if own and not script:
            script = own
            opened[waiting:] = [(sign, own) for sign, _ in opened[waiting:]]
        if character in PAIRS:
            opened.append((character, script))
        elif character in PAIRS.values() and opened:
            opened.pop()
            waiting = min(waiting, len(opened))
    yield text[start:]


def _script(character: str) -> str:
    if LATIN.match(character):
        return "latin"
    return "han" if HAN.match(character) else ""


@cache
def face(file: str) -> Face:
    """A font of this package, read once per process. Raises NotShaped without HarfBuzz."""
    return Face(file)


def breaks(text: str) -> list[bool]:
    """For each character, whether a line may begin with it: UAX 14 as Pango has it. Raises NotShaped without Pango."""
    encoded = text.encode()
    found = (ctypes.c_uint32 * (len(text) + 1))()
    _pango().pango_get_log_attrs(encoded, len(encoded), -1, _language(), found, len(text) + 1)
    return [attributes & 1 == 1 for attributes in found[: len(text)]]


def library_versions() -> tuple[str, str]:
    """The versions of HarfBuzz and Pango. Raises NotShaped without one of them."""
    return _harfbuzz().hb_version_string().decode(), _pango().pango_version_string().decode()


def _records(address: int, count: int, kind: str) -> "array[int]":
    size = 4 * RECORD * count
    return array(kind, ctypes.string_at(address, size) if count else b"")


def _loaded(names: tuple[str, ...]) -> ctypes.CDLL:
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise NotShaped


@cache
def _harfbuzz() -> Any:
    library = _loaded(HARFBUZZ)
    pointer, number, signed, text = ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_char_p
    kinds: dict[str, tuple[Any, list[Any]]] = {
        "hb_version_string": (text, []),
        "hb_blob_create": (pointer, [text, number, signed, pointer, pointer]),
        "hb_face_create": (pointer, [pointer, number]),
        "hb_font_create": (pointer, [pointer]),
        "hb_font_set_scale": (None, [pointer, signed, signed]),
        "hb_buffer_create": (pointer, []),
        "hb_buffer_clear_contents": (None, [pointer]),
        "hb_buffer_add_utf32": (None, [pointer, text, signed, number, signed]),
        "hb_buffer_set_segment_properties": (None, [pointer, pointer]),
        "hb_language_from_string": (pointer, [text, signed]),
        "hb_shape": (None, [pointer, pointer, pointer, number]),
        "hb_buffer_get_glyph_infos": (pointer, [pointer, pointer]),
        "hb_buffer_get_glyph_positions": (pointer, [pointer, pointer]),
    }
    return _declared(library, kinds)


@cache
def _pango() -> Any:
    pointer, signed, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
    kinds: dict[str, tuple[Any, list[Any]]] = {
        "pango_version_string": (text, []),
        "pango_get_log_attrs": (None, [text, signed, signed, pointer, pointer, signed]),
        "pango_language_from_string": (pointer, [text]),
    }
    return _declared(_loaded(PANGO), kinds)


@cache
def _language() -> int:
    found: int = _pango().pango_language_from_string(LANGUAGE)
    return found


def _declared(library: ctypes.CDLL, kinds: dict[str, tuple[Any, list[Any]]]) -> ctypes.CDLL:
    for name, (result, arguments) in kinds.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library

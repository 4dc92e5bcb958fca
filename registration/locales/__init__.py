"""The catalogues. Chinese is what the code says; `<tag>/<chapter>.po` has another language, one file a chapter."""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from workflows.definition.values import ENGLISH, LANGUAGE_TAG

HERE = Path(__file__).parent


class CatalogueError(ValueError):
    """Two chapters say the same text in different words, or the language of a folder is unknown."""


def languages_in(folder: Path) -> tuple[str, ...]:
    """The tags of the languages that have a catalogue in this folder."""
    return tuple(
        sorted({path.parent.name for path in folder.glob("*/*.po") if re.match(LANGUAGE_TAG, path.parent.name)})
    )


def locale_of(lang: str) -> Locale:
    """Names of months, plural forms and the like of a language; of its first subtag where Babel has no more."""
    for tag in (lang, lang.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise CatalogueError(f"{lang} is not the tag of a language that Babel knows, such as eo or pt-BR")


def compiled(lang: str, folder: Path = HERE) -> BinaryIO:
    """The catalogue of one language in its binary form: the program's from a file that is kept, a city's in memory."""
    if folder == HERE:
        return _target(compile_catalogues(folder), lang).open("rb")
    made = BytesIO()
    write_mo(made, merged(folder, lang))
    made.seek(0)
    return made


def compile_catalogues(folder: Path = HERE) -> Path:
    """Makes `<tag>/LC_MESSAGES/messages.mo` of each language where it is older than a chapter; returns the folder."""
    for lang in languages_in(folder):
        _compile(folder, lang)
    return folder


def _compile(folder: Path, lang: str) -> None:
    target = _target(folder, lang)
    if target.exists() and all(one.stat().st_mtime <= target.stat().st_mtime for one in chapters_of(folder, lang)):
        return
    target.parent.mkdir(exist_ok=True)
    # It is a part of the program: who installs it need not be who runs it.
    target.parent.chmod(0o755)
    # Several processes may start together: each writes its own draft, and a whole file takes the place.
    draft = target.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, merged(folder, lang))
    draft.chmod(0o644)
    draft.replace(target)


def _target(folder: Path, lang: str) -> Path:
    return folder / lang / "LC_MESSAGES" / "messages.mo"


def chapters_of(folder: Path = HERE, lang: str = ENGLISH) -> list[Path]:
    return sorted((folder / lang).glob("*.po"))


def merged(folder: Path = HERE, lang: str = ENGLISH) -> Catalog:
    """All chapters of a language as one catalogue; raises `CatalogueError` where they disagree."""
    whole = Catalog(locale=locale_of(lang))
    for message, chapter in _messages(folder, lang):
        known = whole.get(message.id, message.context)
        if known and known.string != message.string:
            raise CatalogueError(f"{chapter.name} translates {message.id!r} otherwise than a chapter before it")
        whole[message.id] = message
    return whole


def _messages(folder: Path, lang: str) -> Iterator[tuple[Message, Path]]:
    for chapter in chapters_of(folder, lang):
        with chapter.open("rb") as file:
            for message in read_po(file, locale=locale_of(lang)):
                if message.id and message.string:
                    yield message, chapter

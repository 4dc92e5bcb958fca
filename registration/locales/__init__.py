"""The catalogues. Chinese is what the code says; `<tag>/<chapter>.po` has another language, one file a chapter."""

import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from workflows.definition.values import CHINESE, ENGLISH, LANGUAGE_TAG

HERE = Path(__file__).parent


Strings = str | Sequence[str] | None
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


class CatalogueError(ValueError):
    """Two chapters say the same text in different words, or the language of a folder is unknown."""


def languages_in(folder: Path) -> tuple[str, ...]:
    """The tags of the languages that have a catalogue in this folder."""
    found = {path.parent.name for path in folder.glob("*/*.po")} - {CHINESE}
    return tuple(sorted(lang for lang in found if re.match(LANGUAGE_TAG, lang) and _is_known(lang)))


def _is_known(lang: str) -> bool:
    try:
        return bool(locale_of(lang))
    except CatalogueError:
        return False


@cache
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


def misfilled(chapter: Path, lang: str) -> list[str]:
    """The texts whose translation has a placeholder that they lack. CatalogueError for an unreadable file."""
    try:
        with chapter.open("rb") as file:
            messages = list(read_po(file, locale=locale_of(lang), abort_invalid=True))
    except (PoFileError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{chapter.name}: {error}") from error
    return [strings_of(one.id)[0] for one in messages if one.id and not _is_filled(one)]


def _is_filled(message: Message) -> bool:
    """Whether each placeholder of the translation is in the text, or in its English, which is in the comment."""
    known = _PLACEHOLDER.findall(" ".join([strings_of(message.id)[0], *message.user_comments]))
    return set(_PLACEHOLDER.findall(" ".join(strings_of(message.string)))) <= set(known)


def strings_of(text: Strings) -> Sequence[str]:
    """The plural forms of a text, or its only form."""
    return [text] if isinstance(text, str) else text or [""]


def _messages(folder: Path, lang: str) -> Iterator[tuple[Message, Path]]:
    for chapter in chapters_of(folder, lang):
        with chapter.open("rb") as file:
            for message in read_po(file, locale=locale_of(lang)):
                if message.id and message.string:
                    yield message, chapter

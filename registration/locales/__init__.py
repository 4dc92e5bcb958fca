"""The catalogues. Chinese is what the code says; `en/<chapter>.po` has the English, one file a chapter."""

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent


class CatalogueError(ValueError):
    """Two chapters say the same text in different words."""


def compile_catalogues(folder: Path = HERE) -> Path:
    """Makes `en/LC_MESSAGES/messages.mo` from all chapters where it is older than one of them; returns the folder."""
    target = folder / "en" / "LC_MESSAGES" / "messages.mo"
    chapters = chapters_of(folder)
    if target.exists() and all(chapter.stat().st_mtime <= target.stat().st_mtime for chapter in chapters):
        return folder
    target.parent.mkdir(exist_ok=True)
    # It is a part of the program: who installs it need not be who runs it.
    target.parent.chmod(0o755)
    # Several processes may start together: each writes its own draft, and a whole file takes the place.
    draft = target.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, merged(folder))
    draft.chmod(0o644)
    draft.replace(target)
    return folder


def chapters_of(folder: Path = HERE) -> list[Path]:
    return sorted((folder / "en").glob("*.po"))


def merged(folder: Path = HERE) -> Catalog:
    """All chapters as one catalogue; raises `CatalogueError` where they disagree."""
    whole = Catalog(locale="en")
    for message, chapter in _messages(folder):
        known = whole.get(message.id, message.context)
        if known and known.string != message.string:
            raise CatalogueError(f"{chapter.name} translates {message.id!r} otherwise than a chapter before it")
        whole[message.id] = message
    return whole


def _messages(folder: Path) -> Iterator[tuple[Message, Path]]:
    for chapter in chapters_of(folder):
        with chapter.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and message.string:
                    yield message, chapter

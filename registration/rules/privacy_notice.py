"""The privacy notice: its version, and its sections with the names of this city."""

from collections.abc import Iterator
from dataclasses import dataclass

from registration.rules.city import city
from registration.rules.languages import joined, said
from registration.rules.reference import texts

_FILE = "reference/privacy.yaml"


@dataclass(frozen=True)
class NoticeSection:
    title: str
    items: tuple[str, ...]


def notice_version() -> str:
    """The version that a person agrees to now."""
    return str(texts(_FILE)["version"])


def notice_sections(lang: str) -> Iterator[NoticeSection]:
    here = city()
    names = joined("list", lang, (said(one.name, lang) for one in here.registrars))
    values = {"registrars": names, "hotline": here.about.hotline, "hours": said(here.about.hours, lang)}
    for row in texts(_FILE)["sections"].values():
        yield NoticeSection(said(row["title"], lang), tuple(said(one, lang).format_map(values) for one in row["items"]))

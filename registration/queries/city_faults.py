"""Faults of a city's folder beyond the format of its files: whether the things that they name exist."""

from collections.abc import Iterator
from pathlib import Path

from certificates.numbers import CHECKS
from certificates.paper import design
from registration.locales import CatalogueError, languages_in, misfilled
from registration.matters import current, definition_of, matters
from registration.rules.city import APP_ICON, APP_ICON_SIDE, Agency, City, read
from registration.rules.city_files import CityError
from registration.rules.entity_types import entity_types
from registration.rules.fields import fields, is_within
from registration.rules.folder_files import FolderFault
from registration.rules.kinds import Regime
from registration.rules.languages import OF_PAPERS, said
from registration.rules.materials import material_kinds
from registration.rules.regions import lies_in
from registration.rules.scope import catalogue
from registration.rules.scope_trades import trade_of
from registration.rules.scope_words import listed
from workflows.definition import Part

DESKS = 5
# The other colour of each contrast check: the text on it, or the background (web/static/heyi.css).
AGAINST = {
    "light": {"brand": "#ffffff", "band": "#ffffff", "tint": "#1a2029"},
    "dark": {"brand": "#1a2028", "band": "#ffffff", "tint": "#e9e7e1"},
}
LEAST_CONTRAST = 4.5


def faults_in(folder: Path) -> list[FolderFault]:
    """Every fault of the folder, file by file; empty if the folder can be used."""
    try:
        found = read(folder.resolve())
    except CityError as unreadable:
        return list(unreadable.faults)
    return [
        *(*_about(found), *_agencies(found), *_registrars(found), *_samples(found)),
        *(*_scope_words(found), *_scope_general(found), *_next_steps(found)),
        *(*_opinions(found), *_app_icon(found), *_languages(found.folder)),
    ]


def _about(found: City) -> Iterator[FolderFault]:
    if not any(row["level"] == "prefecture" and row["code"] == found.about.prefecture for row in found.regions):
        yield FolderFault("regions.csv", found.about.prefecture, "no_prefecture")
    if found.about.design not in design.names(own=found.designs):
        yield FolderFault("city.yaml", "design", "unknown_design", {"design": found.about.design})
    for scheme, colours in AGAINST.items():
        for name, against in colours.items():
            ratio = contrast(getattr(getattr(found.about.colours, scheme), name), against)
            if ratio < LEAST_CONTRAST:
                details = {"against": against, "ratio": f"{ratio:.1f}"}
                yield FolderFault("city.yaml", f"colours.{scheme}.{name}", "colour_contrast", details)


def _scope_words(found: City) -> Iterator[FolderFault]:
    """Items that the catalogue lacks, and words that another row has already."""
    known, taken = {said(item, OF_PAPERS) for item in catalogue().values()}, dict[str, str]()
    for row in found.scope_words:
        for item in listed(row["items"]):
            if item not in known:
                yield FolderFault("scope_words.csv", row["words"], "unknown_item", {"item": item})
        for word in listed(row["words"]):
            if taken.setdefault(word, row["words"]) != row["words"]:
                yield FolderFault("scope_words.csv", row["words"], "word_twice", {"word": word, "other": taken[word]})


def _scope_general(found: City) -> Iterator[FolderFault]:
    """Trades without an item of the catalogue."""
    for row in found.scope_general:
        for code in row.trades:
            if trade_of(code) is None:
                yield FolderFault("scope_general.yaml", f"{row.key}.trades", "unknown_trade", {"code": code})


def _next_steps(found: City) -> Iterator[FolderFault]:
    """Agencies, entity types and fields of the form that do not exist."""
    agencies = sorted(row.key for row in found.agencies)
    types = sorted({name for row in entity_types() for name in (row.key, row.family)})
    for step in found.next_steps:
        if step.agency is not None and step.agency not in agencies:
            details = {"name": step.agency, "known": ", ".join(agencies)}
            yield FolderFault("next_steps.yaml", f"{step.key}.agency", "no_agency_row", details)
        if step.asked is not None and step.asked not in fields():
            yield FolderFault("next_steps.yaml", f"{step.key}.asked", "unknown_field", {"field": step.asked})
        for name in step.named:
            if name not in types:
                yield FolderFault(
                    "next_steps.yaml", f"{step.key}.for", "no_type", {"name": name, "known": ", ".join(types)}
                )


def _opinions(found: City) -> Iterator[FolderFault]:
    codes = sorted(row.code for row in found.registrars)
    for row in found.opinions:
        for code in row.registrars:
            if code not in codes:
                details = {"code": code, "known": ", ".join(codes)}
                yield FolderFault("opinions.yaml", f"{row.key}.registrars", "no_registrar_row", details)


def _app_icon(found: City) -> Iterator[FolderFault]:
    """A picture of another kind or size. A PNG begins with its signature, then has its size (ISO/IEC 15948, 5.2)."""
    picture = found.app_icon
    side = APP_ICON_SIDE.to_bytes(4, "big")
    if picture is not None and not (picture.startswith(b"\x89PNG\r\n\x1a\n") and picture[16:24] == side * 2):
        yield FolderFault(APP_ICON, "", "app_icon", {"side": APP_ICON_SIDE})


def _languages(folder: Path) -> Iterator[FolderFault]:
    """Translations that cannot be used: of an unknown language, or with a placeholder that their text lacks."""
    for chapter in sorted((folder / "locales").glob("*/*.po")):
        lang, file = chapter.parent.name, str(chapter.relative_to(folder))
        if lang not in languages_in(folder / "locales"):
            yield FolderFault(file, "", "unknown_language", {"tag": lang})
            continue
        try:
            yield from (FolderFault(file, text, "placeholders") for text in misfilled(chapter, lang))
        except CatalogueError as broken:
            yield FolderFault(file, "", "malformed", {"reason": str(broken)})


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _agencies(found: City) -> Iterator[FolderFault]:
    kinds = frozenset().union(*map(material_kinds, matters()))
    names: dict[str, str] = {}
    for row in found.agencies:
        keys = [("sees", key) for key in row.sees]
        keys += [("persons", key) for key in (*row.persons.only, *row.persons.without)]
        for where, key in keys:
            if not any(is_within(pattern, key) for pattern in fields()):
                yield FolderFault("agencies.yaml", f"{row.key}.{where}", "unknown_field", {"field": key})
        for kind in row.documents:
            if kind not in kinds:
                yield FolderFault("agencies.yaml", f"{row.key}.documents", "unknown_document", {"kind": kind})
        if row.number is not None and row.number not in CHECKS:
            details = {"scheme": row.number, "known": ", ".join(CHECKS)}
            yield FolderFault("agencies.yaml", f"{row.key}.number", "unknown_scheme", details)
        if row.shared_as and names.setdefault(row.shared_as, row.key) != row.key:
            yield FolderFault("agencies.yaml", f"{row.key}.shared_as", "shared_twice", {"other": names[row.shared_as]})
    yield from _parts(found)


def _parts(found: City) -> Iterator[FolderFault]:
    """Whether the agencies of the tables have rows, if a registrar works by the model that needs them."""
    asked = [one.code for one in found.registrars if one.regime is Regime.FIVE_NUMBERS_2015]
    rows = {row.key: row for row in found.agencies}
    for table in filter(None, (current(matter, chosen={}) for matter in matters())):
        parts = definition_of(table).parts
        for key, part in parts.graph.items() if parts else ():
            if key in rows:
                yield from _as_in_table(rows[key], part, table=table)
            elif asked:
                yield FolderFault("agencies.yaml", key, "no_agency", {"table": table, "registrar": asked[0]})


def _as_in_table(row: Agency, part: Part, *, table: str) -> Iterator[FolderFault]:
    if row.role != part.role:
        yield FolderFault("agencies.yaml", f"{row.key}.role", "other_role", {"table": table, "role": part.role})
    if row.number != part.gives:
        details = {"table": table, "gives": part.gives or "—"}
        yield FolderFault("agencies.yaml", f"{row.key}.number", "other_scheme", details)


def _registrars(found: City) -> Iterator[FolderFault]:
    prefecture, known = found.about.prefecture, {row["code"] for row in found.regions}
    if not found.registrars:
        yield FolderFault("registrars.yaml", "", "no_rows")
    for one in found.registrars:
        if not lies_in(one.code, prefecture):
            yield FolderFault("registrars.yaml", one.code, "code_outside", {"code": one.code, "prefecture": prefecture})
        for region in one.regions:
            details = {"region": region, "prefecture": prefecture}
            if region not in known:
                yield FolderFault("registrars.yaml", f"{one.code}.regions", "unknown_region", details)
            elif not lies_in(region, prefecture):
                yield FolderFault("registrars.yaml", f"{one.code}.regions", "outside", details)


def _samples(found: City) -> Iterator[FolderFault]:
    known, samples = {one.code for one in found.registrars}, found.samples
    blocks = [(f"desks.{code}", code, first, DESKS) for code, first in samples.desks.items()]
    if samples.officers:
        blocks.append(("officers", samples.officers.registrar, samples.officers.first, len(found.agencies)))
    taken: dict[int, str] = {}
    for key, code, first, many in blocks:
        if code not in known:
            yield FolderFault("samples.yaml", key, "unknown_registrar", {"registrar": code})
        for number in range(first, first + many):
            if taken.setdefault(number, key) != key:
                yield FolderFault("samples.yaml", key, "numbers_overlap", {"number": number, "other": taken[number]})
    for code in sorted(samples.profiles.keys() - known):
        yield FolderFault("samples.yaml", f"profiles.{code}", "unknown_registrar", {"registrar": code})
    for code in sorted(known - samples.profiles.keys()):
        yield FolderFault("samples.yaml", "profiles", "no_profile", {"registrar": code})

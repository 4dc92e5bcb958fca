"""Agencies and designs, to read: they are files of the city and of the package, which a deployment changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, render_template
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from certificates.errors import CertificateError
from certificates.paper.design import Design, find, folder_of, names, read
from registration.access import access
from registration.database import reading
from registration.errors import NotFound
from registration.http.context import lang_here, say, settings_here, the_actor
from registration.matters import matters
from registration.queries import arrangements as known
from registration.rules.city import Agency, city, folder_in_use
from registration.rules.entity_types import type_row
from registration.rules.fields import fields, fields_seen_by, label_of
from registration.rules.materials import material_label

blueprint = Blueprint("arrangements", __name__, url_prefix="/admin/arrangements")


@dataclass(frozen=True)
class DesignRow:
    """A design: what it serves, the faults of its files, and whether its files are others than when it was read."""

    name: str
    title: str
    version: str
    in_use: bool
    is_sample: bool
    styles: tuple[tuple[str, tuple[str, ...]], ...]
    papers: int
    faults: tuple[tuple[str, str, str], ...]
    changed: bool


@blueprint.get("")
@access("arrangements.read")
def listed() -> str:
    with reading() as session:
        figures = {one.key: known.agency_figures(session, one.key, actor=the_actor()) for one in city().agencies}
        pushed = known.last_push(session, actor=the_actor())
    own = settings_here().designs
    return render_template(
        "arrangements/listed.html",
        agencies=[(one, figures[one.key], len(_leaves(one))) for one in city().agencies],
        pushed=pushed,
        designs=[_design(name) for name in names(own=own)],
        folder=folder_in_use().name,
        changed=_digest(folder_in_use()) != _digest_at_start(folder_in_use()),
    )


@blueprint.get("/agencies/<agency>")
@access("arrangements.read")
def agency(agency: str) -> str:
    try:
        found = city().agency(agency)
    except KeyError:
        raise NotFound(agency=agency) from None
    with reading() as session:
        figures = known.agency_figures(session, agency, actor=the_actor())
        pushed = known.last_push(session, actor=the_actor())
    lang = lang_here()
    return render_template(
        "arrangements/agency.html",
        agency=found,
        figures=figures,
        pushed=pushed if found.shared_as else None,
        sections=list(_sections(found)),
        only=[label_of(key, lang) for key in found.persons.only],
        without=[label_of(key, lang) for key in found.persons.without],
        documents=[material_label(kind, lang, matters()[0]) for kind in found.documents],
        folder=folder_in_use().name,
    )


def _leaves(agency: Agency) -> list[str]:
    """The fields that it sees, in the order of the form, without those that only hold others."""
    seen = fields_seen_by(agency)
    return [one for one in fields() if one in seen and not any(other.startswith(f"{one}.") for other in fields())]


def _sections(agency: Agency) -> Iterator[tuple[str, list[str]]]:
    """(section, fields) in words, each field once."""
    found: dict[str, list[str]] = {}
    for pattern in _leaves(agency):
        found.setdefault(pattern.partition(".")[0], []).append(label_of(pattern, lang_here()))
    for section, labels in found.items():
        yield label_of(section, lang_here()), list(dict.fromkeys(labels))


def _design(name: str) -> DesignRow:
    own = settings_here().designs
    try:
        design = read(folder_of(name, own=own))
    except CertificateError as broken:
        fault = (name, _("读不懂：%(reason)s", reason=broken.data.get("reason", "")), "heyi designs check")
        return DesignRow(name, name, "—", name == settings_here().design, False, (), 0, (fault,), True)
    manifest = design.manifest
    return DesignRow(
        name,
        say(manifest.title.model_dump()),
        manifest.version,
        name == settings_here().design,
        manifest.sample,
        tuple((style, tuple(say(type_row(one).name) for one in types)) for style, types in manifest.serves.items()),
        len(manifest.papers),
        tuple(_faults(design)),
        _is_changed(design, own),
    )


def _faults(design: Design) -> Iterator[tuple[str, str, str]]:
    # With the checks comes the renderer, which is slow to load and needed on this page alone.
    from certificates.design_check.files import by_files

    for one in by_files(design):
        yield one.place, one.sentence(lang_here()), one.fix(lang_here())


def _is_changed(design: Design, own: Path | None) -> bool:
    """Whether the files are others than those that this process prints with."""
    try:
        loaded = find(design.name, own=own)
    except CertificateError:
        return True
    return any(design.contents.get(file) != content for file, content in loaded.contents.items())


@cache
def _digest_at_start(folder: Path) -> str:
    """The digest when it was first asked for."""
    return _digest(folder)


def _digest(folder: Path) -> str:
    """One digest of the files of a city."""
    found = sha256()
    for path in sorted(folder.glob("*.*")):
        if path.suffix in (".yaml", ".csv", ".txt", ".svg"):
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _remember(_state: BlueprintSetupState) -> None:
    """What the process works by is read when it starts."""
    _digest_at_start(folder_in_use())


blueprint.record_once(_remember)

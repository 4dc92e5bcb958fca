"""Faults of a matter's folder: the shape of its files, and whether the things that they name exist."""

import ast
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from registration.matters import definition_of, own_guards, shipped
from registration.queries.document_faults import document_faults
from registration.rules.action_inputs import ASKED, PAGES
from registration.rules.blockers import shared_blockers
from registration.rules.entity_types import entity_types
from registration.rules.folder_files import FolderFault
from registration.rules.form import DOCUMENTS, LAST_STEP, MODELS
from registration.rules.materials import CONDITIONS as MATERIAL_CONDITIONS
from registration.rules.matter_folders import FILES, Matter, MatterError, file_of, folders, homes, matter_keys, read
from registration.rules.norms import is_citation
from registration.rules.public_notices import notice_kinds
from registration.rules.reasons import CONDITIONS as REASON_CONDITIONS
from registration.rules.reasons import known_bases
from registration.rules.register_items import STATES
from registration.rules.register_shapes import ItemRow, RegisterRows
from registration.rules.signers import CAPACITIES
from workflows.definition import Definition
from workflows.errors import DefinitionError

Reading = Callable[[str], tuple[Matter | None, list[FolderFault]]]
# The action by which a case is registered, and the effect that gives back what it has reserved.
RECORD, RELEASE = "record", "register.release"


def all_faults(reading: Reading = read) -> list[FolderFault]:
    """Every fault of every matter's files beside its tables, file by file; empty if all can be used."""
    missing = [FolderFault(str(one), "", "no_folder") for one in folders() if not one.is_dir()]
    return [*missing, *(fault for matter in matter_keys() for fault in faults_of(matter, reading))]


def faults_of(matter: str, reading: Reading = read) -> list[FolderFault]:
    """Every fault of one matter's files; a table that cannot be read is left to its own check."""
    tables = _tables(matter)
    found, unreadable = reading(matter)
    faults = [*_files(matter), *unreadable, *_guards(matter)]
    if found is None:
        return faults
    place = _Place(matter)
    return [
        *faults,
        *(fault for table in tables for fault in _table(place, table, found)),
        *_form(place, found),
        *_register(place, found, tables),
        *_materials(place, found),
        *document_faults(found, at=place),
        *_reasons(place, found),
        *_laws(place, found),
        *_papers(place, found, tables),
        *_blockers(place, found, tables),
        *_ratings(place, found, tables),
        *_opinions(place, found, tables),
    ]


class _Place:
    """Makes faults at the files of one matter."""

    def __init__(self, matter: str) -> None:
        self.matter = matter

    def __call__(self, file: str, key: str, code: str, **data: object) -> FolderFault:
        path = file_of(self.matter, file) or homes(self.matter)[-1] / file
        return FolderFault(str(path), key, code, data)

    def unknown(self, file: str, key: str, code: str, name: str, known: Iterable[str]) -> FolderFault:
        return self(file, key, code, name=name, known=", ".join(known))

    def citations(self, file: str, key: str, citations: Iterable[str]) -> Iterator[FolderFault]:
        for number, one in enumerate(citations):
            if not is_citation(one):
                yield self(file, f"{key}.{number}", "no_norm", citation=one)


def _tables(matter: str) -> list[Definition]:
    found = []
    for key in shipped():
        if key.partition("@")[0] == matter:
            try:
                found.append(definition_of(key))
            except DefinitionError:
                continue
    return found


def _files(matter: str) -> Iterator[FolderFault]:
    """Files that are not read, and a folder without a table."""
    tables = {f"workflow@{key.partition('@')[2]}.yaml" for key in shipped() if key.partition("@")[0] == matter}
    for home in homes(matter):
        for path in sorted(home.glob("*.y*ml")):
            if path.name not in {*FILES, *tables}:
                yield FolderFault(str(path), "", "unknown_file", {"files": ", ".join(FILES)})
    if not tables:
        yield FolderFault(str(homes(matter)[-1] / "workflow@1.yaml"), "", "no_table")


def _guards(matter: str) -> Iterator[FolderFault]:
    path = file_of(matter, "guards.py")
    try:
        own_guards(path) if path else None
    except MatterError as broken:
        yield from broken.faults


def _table(place: _Place, table: Definition, found: Matter) -> Iterator[FolderFault]:
    file = f"workflow@{table.version}.yaml"
    if table.matter != place.matter:
        yield place(file, "matter", "other_matter", matter=table.matter, folder=place.matter)
    for at, one in (("", table), ("parts.", table.parts)):
        for key, action in one.actions.items() if one else ():
            for name in action.asks:
                if name not in ASKED:
                    yield place.unknown(file, f"{at}actions.{key}.asks", "no_input", name, ASKED)
                if name == "reason_code" and not found.reasons.rejection:
                    yield place("reasons.yaml", "rejection", "no_rejection")
            if action.shown.page not in (None, *PAGES):
                yield place.unknown(file, f"{at}actions.{key}.shown.page", "no_page", str(action.shown.page), PAGES)
    if "paper.decision" in table.effects and (found.papers is None or found.papers.decision is None):
        yield place("papers.yaml", "", "no_paper")
    for name in sorted(table.citations.keys() - known_bases(place.matter).keys()):
        yield place(file, f"citations.{name}", "no_meaning", name=name)
    for row in entity_types():
        if row.known_regimes[0] not in table.clock:
            yield place(file, "clock", "no_clock", regime=row.known_regimes[0], type=row.key)


def _form(place: _Place, found: Matter) -> Iterator[FolderFault]:
    for name in (DOCUMENTS, LAST_STEP) if found.form.groups else ():
        if name not in found.form.groups:
            yield place("form.yaml", "groups", "no_group", group=name)
    for number, row in enumerate(found.form.sections):
        at = f"sections.{number}"
        if row.group not in found.form.groups:
            yield place("form.yaml", f"{at}.group", "no_group", group=row.group)
        if row.key not in MODELS:
            yield place("form.yaml", f"{at}.key", "no_section", section=row.key, known=", ".join(MODELS))
        for name in row.named:
            if name not in _types():
                yield place.unknown("form.yaml", f"{at}.for", "no_type", name, _types())


def _register(place: _Place, found: Matter, tables: list[Definition]) -> Iterator[FolderFault]:
    """What register.yaml names, and that every end of a case gives back the sections that it has reserved."""
    rows = found.register
    if rows is None:
        return
    named: dict[str, RegisterRows | ItemRow] = {"": rows}
    named |= {f"items.{item}.": row for item, row in rows.items.items()}
    for at, row in named.items():
        for name in (one for one in row.sections if one not in MODELS):
            yield place("register.yaml", f"{at}sections", "no_section", section=name, known=", ".join(MODELS))
        for name in (one for one in row.signers if one not in CAPACITIES):
            yield place.unknown("register.yaml", f"{at}signers", "no_capacity", name, CAPACITIES)
        for name in (one for one in row.named if one not in _types()):
            yield place.unknown("register.yaml", f"{at}for", "no_type", name, _types())
        for name in (one for pair in getattr(row, "becomes", {}).items() for one in pair if one not in _types()):
            yield place.unknown("register.yaml", f"{at}becomes", "no_type", name, _types())
        yield from place.citations("register.yaml", f"{at}basis", row.basis)
    for name in (*rows.states, *(one for one in (rows.ends_as, rows.meanwhile) if one)):
        if name not in STATES:
            yield place.unknown("register.yaml", "states", "no_register_state", name, STATES)
    yield from _notice(place, rows, tables)
    for table in tables:
        final = {key for key, state in table.states.items() if state.kind == "final"}
        # What is registered has been given back already.
        registered = {line.to for line in table.rows if line.action == RECORD}
        for number, line in enumerate(table.rows):
            keeps = RELEASE not in line.effects and not registered.issuperset(line.sources)
            if line.to in final and line.action != RECORD and keeps:
                yield place(f"workflow@{table.version}.yaml", f"rows.{number}.then", "keeps_sections", effect=RELEASE)


def _notice(place: _Place, rows: RegisterRows, tables: list[Definition]) -> Iterator[FolderFault]:
    """The notice of a matter, the types without one, and what is filled in after it."""
    if rows.notice is not None and rows.notice not in notice_kinds():
        yield place.unknown("register.yaml", "notice", "no_notice", rows.notice, notice_kinds())
    for item, row in rows.items.items():
        for name in (one for one in row.notices.values() if one not in notice_kinds()):
            yield place.unknown("register.yaml", f"items.{item}.notices", "no_notice", name, notice_kinds())
    for name in (one for one in rows.unannounced if one not in _types()):
        yield place.unknown("register.yaml", "unannounced", "no_type", name, _types())
    states = sorted({state for table in tables for state in table.states})
    for state, sections in rows.later.items():
        if state not in states:
            yield place.unknown("register.yaml", f"later.{state}", "no_state", state, states)
        for name in (one for one in sections if one not in MODELS):
            yield place("register.yaml", f"later.{state}", "no_section", section=name, known=", ".join(MODELS))


def _types() -> list[str]:
    return sorted({name for row in entity_types() for name in (row.key, row.family)})


def _materials(place: _Place, found: Matter) -> Iterator[FolderFault]:
    for kind, row in found.materials.items():
        if row.when is not None and row.when not in MATERIAL_CONDITIONS:
            yield place.unknown("materials.yaml", f"{kind}.when", "no_condition", row.when, MATERIAL_CONDITIONS)
        for name in row.named:
            if name not in _types():
                yield place.unknown("materials.yaml", f"{kind}.for", "no_type", name, _types())
        yield from place.citations("materials.yaml", f"{kind}.basis", row.basis)


def _reasons(place: _Place, found: Matter) -> Iterator[FolderFault]:
    families = {row.family for row in entity_types()}
    for code, row in found.reasons.rejection.items():
        at = f"rejection.{code}"
        if row.needs is not None and row.needs not in REASON_CONDITIONS:
            yield place.unknown("reasons.yaml", f"{at}.if", "no_condition", row.needs, REASON_CONDITIONS)
        yield from place.citations("reasons.yaml", f"{at}.law", row.law)
        for family, law in row.families.items():
            if family not in families:
                yield place.unknown("reasons.yaml", f"{at}.{family}", "no_type", family, sorted(families))
            yield from place.citations("reasons.yaml", f"{at}.{family}", law)


def _laws(place: _Place, found: Matter) -> Iterator[FolderFault]:
    for key, row in found.declarations.items():
        for name in row.capacities:
            if name not in CAPACITIES:
                yield place.unknown("declarations.yaml", f"{key}.capacities", "no_capacity", name, CAPACITIES)
        yield from place.citations("declarations.yaml", f"{key}.law", row.law)
    for key, basis in found.bases.items():
        yield from place.citations("bases.yaml", f"{key}.new", basis.new)
        yield from place.citations("bases.yaml", f"{key}.old", basis.old)


def _papers(place: _Place, found: Matter, tables: list[Definition]) -> Iterator[FolderFault]:
    asked, decision = _asked(tables), found.papers.decision if found.papers else None
    for label, name in decision.rows.items() if decision else ():
        if name not in asked:
            yield place("papers.yaml", f"decision.rows.{label}", "not_asked", name=name)


def _blockers(place: _Place, found: Matter, tables: list[Definition]) -> Iterator[FolderFault]:
    asked = _asked(tables)
    for code, row in found.blockers.items():
        if row.field is not None and row.field not in asked:
            yield place("blockers.yaml", f"{code}.field", "not_asked", name=row.field)
    for code in _codes_of(file_of(place.matter, "guards.py")):
        if code not in found.blockers and code not in shared_blockers():
            yield place("blockers.yaml", code, "no_words", name=code)


def _ratings(place: _Place, found: Matter, tables: list[Definition]) -> Iterator[FolderFault]:
    states = sorted({state for table in tables for state in table.states})
    for key, row in found.ratings.steps.items():
        for name in row.after:
            if name not in states:
                yield place.unknown("ratings.yaml", f"steps.{key}.after", "no_state", name, states)


def _opinions(place: _Place, found: Matter, tables: list[Definition]) -> Iterator[FolderFault]:
    """An opinion for an action that asks for none would never be offered."""
    known = sorted({key for table in tables for key, action in table.actions.items() if "opinion" in action.asks})
    for name in found.opinions.opinions:
        if name not in known:
            yield place.unknown("opinions.yaml", f"opinions.{name}", "no_opinion", name, known)


def _asked(tables: list[Definition]) -> Collection[str]:
    actions = [one for table in tables for part in (table, table.parts) if part for one in part.actions.values()]
    return {name for action in actions for name in action.asks}


def _codes_of(guards: Path | None) -> list[str]:
    """The codes of the refusals that a module of guards can make."""
    if guards is None:
        return []
    try:
        tree = ast.parse(guards.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return []
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    made = [call.args[0] for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) == "Blocker"]
    return sorted({str(one.value) for one in made if isinstance(one, ast.Constant)})

"""A faulty folder of a matter: each fault names its file and key, and nothing else is raised."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from registration import matters
from registration.queries.matter_faults import all_faults, faults_of
from registration.rules import matter_folders
from registration.rules.declarations import declaration_text, declarations_for, known_declarations
from registration.rules.entity_types import entity_types
from registration.rules.folder_files import FolderFault, line_of
from registration.rules.form import Form, groups_of, sections_for
from registration.rules.materials import required_materials
from registration.rules.matter_folders import PACKAGED, MatterError, decision_paper, matter_data
from registration.rules.reasons import bases, correction_reasons, known_bases, reason_article, rejection_reasons
from registration.rules.signers import CAPACITIES
from registration.runtime.matter_checks import effects_known, require_sound
from tests.fixtures.tables import forget_tables
from tests.fixtures.tutorial import MATTER, write_matter

Path_ = tuple[Any, ...]
SHIPPED = PACKAGED / "establishment"
FILES = (
    "start",
    "form",
    "materials",
    "reasons",
    "declarations",
    "bases",
    "papers",
    "blockers",
    "simulation",
    "ratings",
)
TABLE = "workflow@1"
# Levels of a file whose keys are its own names: a mistyped one is another name.
FREE = {
    **{name: {1} for name in ("materials", "declarations", "bases", "blockers")},
    "reasons": {2},
    "form": set(),
    "papers": {3},
    "simulation": {2},
    "ratings": {2},
}


@pytest.fixture
def matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a matter of the office's own: the tutorial's, with files of the establishment."""
    monkeypatch.setenv("HEYI_MATTERS", str(tmp_path))
    folder = write_matter(tmp_path)
    for path in SHIPPED.glob("*.yaml"):
        if not path.name.startswith("workflow@") and not (folder / path.name).exists():
            (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "bases.yaml").write_text("OWN_RULE: {new: [MR 37], old: [CRR 51]}\n", encoding="utf-8")
    steps = "steps: {whole: {zh: 全程, en: All of it, after: [reissued, refused]}}"
    reasons = "reasons: {quick: {zh: 快, en: Quick, good: true}, slow: {zh: 慢, en: Slow}}"
    (folder / "ratings.yaml").write_text(f"{steps}\n{reasons}\n", encoding="utf-8")
    # No action of the tutorial's table asks for an opinion.
    (folder / "opinions.yaml").unlink()
    forget_tables()
    yield folder
    forget_tables()


THOROUGH = pytest.param(31, marks=pytest.mark.thorough)
EVERY_KEY = pytest.param(1, marks=pytest.mark.exhaustive)


def paths(value: Any, at: Path_ = ()) -> Iterator[Path_]:
    """Every key of the data."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*at, key)
        yield from paths(inner, (*at, key))


def changed(data: Any, path: Path_, change: Callable[[Any, Any], None]) -> Any:
    copy = deepcopy(data)
    parent = copy
    for step in path[:-1]:
        parent = parent[step]
    change(parent, path[-1])
    return copy


def delete(parent: Any, key: Any) -> None:
    del parent[key]


def mistype_key(parent: Any, key: Any) -> None:
    parent[f"{key}_x"] = parent.pop(key)


def mistype_value(parent: Any, key: Any) -> None:
    parent[key] = "x" if isinstance(parent[key], dict | list) else [[1]]


def written(folder: Path, name: str, data: Any) -> list[FolderFault]:
    """The faults of the matter with this content of one file."""
    (folder / f"{name}.yaml").write_text(yaml.dump(data, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)))
    if name == TABLE:
        forget_tables()
    return faults_of(MATTER)


def loaded(folder: Path, name: str) -> Any:
    return yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))


def names(faults: list[FolderFault], name: str, path: Path_) -> bool:
    """Whether a fault is in the file at the key, or at what is in it or around it."""
    wanted = ".".join(map(str, path))
    keys = {fault.key.replace("_x", "") for fault in faults if Path(fault.file).name == f"{name}.yaml"}
    unlisted = path[0] == "groups" and any(fault.code == "no_group" for fault in faults)
    return unlisted or any(not key or wanted.startswith(key) or key.startswith(wanted) for key in keys)


def use() -> None:
    """What pages and papers read of a matter."""
    matter_folders.forget()
    on = date(2026, 10, 12)
    for row in entity_types():
        regime = row.known_regimes[0]
        sections_for(row.key, regime, MATTER)
        required_materials(Form(), entity_type=row.key, regime=regime, matter=MATTER)
        for code in rejection_reasons(MATTER):
            reason_article(code, matter=MATTER, entity_type=row.key, regime=regime, on=on, lang="zh")
        declarations_for(CAPACITIES, matter=MATTER, regime=regime, on=on)
        for key in known_declarations(MATTER):
            declaration_text(key, matter=MATTER, regime=regime, on=on, lang="en")
        bases(known_bases(MATTER), matter=MATTER, regime=regime, on=on, lang="zh")
    assert [groups_of(MATTER), correction_reasons(MATTER), decision_paper(MATTER), matter_data(MATTER).start]


def refusal() -> tuple[FolderFault, ...]:
    """What a process refuses to start with; the table runs where there is nothing."""
    try:
        require_sound()
        matters.workflow_of(f"{MATTER}@1")
    except MatterError as faulty:
        return faulty.faults
    return ()


def test_the_folders_that_are_shipped_have_no_fault(matter: Path) -> None:
    assert all_faults() == []
    use()
    require_sound(effects_known())


@pytest.mark.parametrize("change", [delete, mistype_key, mistype_value])
@pytest.mark.parametrize("stride", [61, THOROUGH, EVERY_KEY])
@pytest.mark.parametrize("name", FILES)
def test_each_key_that_is_wrong_is_named(
    matter: Path, name: str, change: Callable[[Any, Any], None], stride: int
) -> None:
    data = loaded(matter, name)
    for path in list(paths(data))[::stride]:
        if change is mistype_key and isinstance(path[-1], int):
            continue
        faults = written(matter, name, changed(data, path, change))
        assert all(fault.sentence(lang) for fault in faults for lang in ("zh", "en"))
        if faults:
            assert names(faults, name, path), (path, faults)
        else:
            is_free = change is mistype_key and len(path) in FREE.get(name, ())
            assert change is delete or is_free, f"{path} is wrong and no fault says so"
            use()


@pytest.mark.parametrize("stride", [THOROUGH, EVERY_KEY])
@pytest.mark.parametrize("change", [delete, mistype_key, mistype_value])
def test_each_key_of_a_table_that_is_wrong_is_named_or_harmless(
    matter: Path, change: Callable[[Any, Any], None], stride: int
) -> None:
    data = loaded(matter, TABLE)
    for path in list(paths(data))[::stride]:
        if change is mistype_key and isinstance(path[-1], int):
            continue
        written(matter, TABLE, changed(data, path, change))
        found = refusal()
        assert all(fault.sentence(lang) for fault in found for lang in ("zh", "en"))
        assert all(MATTER in fault.file for fault in found)


@pytest.mark.parametrize(
    ("name", "text", "code", "key"),
    [
        ("form", "groups: [\n", "not_yaml", ""),
        ("form", "- a\n", "not_a_mapping", ""),
        ("form", "groups: {}\ngroups: {}\n", "twice", "groups"),
        (
            "form",
            "groups: {}\nsections: [{key: name, group: firm, label: {zh: 名, en: N}}]",
            "no_group",
            "sections.0.group",
        ),
        (
            "form",
            "groups: {firm: {number: 一, zh: 企, en: F}}\nsections: [{key: nose, group: firm, label: {zh: 名, en: N}}]",
            "no_section",
            "sections.0.key",
        ),
        (
            "form",
            "groups: {firm: {number: 一, zh: 企, en: F}}\n"
            "sections: [{key: name, group: firm, label: {zh: 名, en: N}, for: [guild]}]",
            "no_type",
            "sections.0.for",
        ),
        ("papers", "decision: {title: 决定书, rows: {号码: nummer}}", "not_asked", "decision.rows.号码"),
        (
            "blockers",
            "licence_number_is_wrong: {field: nummer, zh: 错, en: wrong}",
            "not_asked",
            "licence_number_is_wrong.field",
        ),
        ("blockers", "licence_number_is_wrong: {zh: '错{', en: wrong}", "placeholder", "licence_number_is_wrong"),
        ("blockers", "{}", "no_words", "loss_is_not_declared"),
        ("reasons", "rejection: {R01: {zh: 错, en: wrong, law: [ABC 1]}}", "no_norm", "rejection.R01.law.0"),
        ("reasons", "rejection: {R01: {zh: 错, en: wrong, guild: [MR 1]}}", "no_type", "rejection.R01.guild"),
        ("reasons", "rejection: {R01: {zh: 错, en: wrong, if: full_moon}}", "no_condition", "rejection.R01.if"),
        ("declarations", "honest: {zh: 是, en: so, capacities: [king]}", "no_capacity", "honest.capacities"),
        (
            "materials",
            "deed: {label: {zh: 契, en: D}, hint: {zh: '{name}', en: h}, why: {zh: 因, en: w}, basis: []}",
            "placeholder",
            "deed.hint",
        ),
        (
            "materials",
            "deed: {label: {zh: 契}, hint: {zh: 提, en: h}, why: {zh: 因, en: w}, basis: []}",
            "text_missing",
            "deed.label",
        ),
        ("materails", "deed: {}", "unknown_file", ""),
        ("workflow@x", "matter: a", "unknown_file", ""),
    ],
)
def test_a_name_that_does_not_exist_is_found(matter: Path, name: str, text: str, code: str, key: str) -> None:
    (matter / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = {(Path(fault.file).name, fault.key, fault.code) for fault in faults_of(MATTER)}
    assert (f"{name}.yaml", key, code) in found


def test_what_a_table_needs_of_the_other_files_is_found(matter: Path) -> None:
    table = loaded(matter, TABLE)
    table["actions"]["refuse"]["asks"] = ["reason_code", "colour"]
    table["actions"]["refuse"]["shown"] = {"page": "garden"}
    table["citations"]["XX1"] = {"zh": "某法", "en": "Some law"}
    del table["clock"]["company_law_2024"]
    for name in ("papers", "reasons"):
        (matter / f"{name}.yaml").unlink()
    found = {(fault.key, fault.code) for fault in written(matter, TABLE, table)}
    assert found >= {
        ("actions.refuse.asks", "no_input"),
        ("actions.refuse.shown.page", "no_page"),
        ("citations.XX1", "no_meaning"),
        ("clock", "no_clock"),
        ("rejection", "no_rejection"),
        ("", "no_paper"),
    }


@pytest.mark.parametrize("text", ["def (", "import nothing_such\nGUARDS = {}", "x = 1", "GUARDS = 1 / 0"])
def test_guards_that_cannot_be_loaded_are_a_fault_like_any_other(matter: Path, text: str) -> None:
    (matter / "guards.py").write_text(text)
    forget_tables()
    (fault,) = [one for one in faults_of(MATTER) if one.code == "guards"]
    assert Path(fault.file) == matter / "guards.py"
    with pytest.raises(MatterError):
        require_sound()


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYI_MATTERS", str(tmp_path / "nowhere"))
    assert [fault.code for fault in all_faults()] == ["no_folder"]


def test_the_line_of_a_key_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "# text\ngroups:\n  firm: {zh: 企}\nsections:\n  - key: name\n    label: {zh: 名}\n"
    )
    at = {
        key: line_of(tmp_path / "a.yaml", key) for key in ("groups", "groups.firm.en", "sections.0.label.zh", "", "no")
    }
    assert at == {"groups": 2, "groups.firm.en": 3, "sections.0.label.zh": 6, "": 1, "no": 1}


def test_own_files_do_not_cover_those_that_are_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYI_MATTERS", str(tmp_path))
    (tmp_path / "establishment").mkdir()
    (tmp_path / "establishment" / "start.yaml").write_text("{}")
    matter_folders.forget()
    assert matter_data("establishment").start.question["zh"] == "您要设立什么"


def test_an_opinion_for_an_action_that_asks_for_none_is_named(matter: Path) -> None:
    faults = written(matter, "opinions", {"opinions": {"reissue": {"good": {"zh": "同意", "en": "Agreed"}}}})
    assert [(one.key, one.code) for one in faults] == [("opinions.reissue", "no_opinion")]

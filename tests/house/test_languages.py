"""No code names a language: texts are looked up by the reader's language (registration/rules/languages.py)."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import PACKAGES, ROOT, Source, sources

# A tag of a default language, or a column with such a tag at its end.
NAMED = re.compile(r"(\w+_)?(zh|en)|zh[-_]\w+")
# File or folder -> the reason why it may name the default languages.
EXCEPTIONS = {
    "workflows/definition/values.py": "defines the default languages",
    "registration/rules/languages.py": "reads rows that have both default languages",
    "registration/rules/form/values.py": "labels of fields are in code, in the default languages",
    "registration/api/v1/explain.py": "the answer has both default languages, and any other beside them",
    # Columns of tables. Another language has these texts in its catalogue.
    "registration/rules/scope.py": "columns of the items of scope; the printed scope is Chinese",
    "registration/rules/foreign_measures.py": "columns of the measures on foreign investment",
    "registration/rules/scope_search.py": "columns of the items of scope",
    "registration/rules/scope_trades.py": "columns of the industries",
    "registration/rules/scope_words.py": "columns of the items of scope",
    "registration/rules/check_parent.py": "columns of the items of scope",
    "registration/rules/names_words.py": "a column of the items of scope: names are Chinese",
    "registration/rules/norms.py": "columns of the versions of a norm",
    "registration/rules/regions.py": "columns of the regions; addresses are Chinese",
    "registration/rules/city_files.py": "columns of a city's regions",
    "registration/rules/romanise.py": "English names of regions, for the English summary",
    "registration/models/accounts.py": "columns of the registrars",
    "registration/queries/registrar_folder.py": "columns of the registrars",
    "registration/web/registrars.py": "columns of the registrars",
    # The head of papers: a Chinese name is printed, an English one is for the English summary.
    "registration/models/registrar_profiles.py": "columns of a letterhead",
    "registration/rules/registrar_profiles.py": "columns of a letterhead",
    "registration/queries/registrar_profiles.py": "columns of a letterhead",
    "registration/operations/registrar_profile_samples.py": "columns of a letterhead",
    "registration/api/v1/registrar_profiles.py": "columns of a letterhead",
    "registration/web/present/registrar_profiles.py": "columns of a letterhead",
    "registration/web/templates/registrar_profiles": "columns of a letterhead",
    "registration/queries/registrar_profile_samples.py": "the registrar's name as printed",
    "registration/queries/papers.py": "the registrar's name as printed",
    "registration/queries/document_sheets.py": "the registrar's name as printed",
    "registration/queries/facts.py": "the registrar's name as printed",
    "registration/operations/issue.py": "the registrar's name as printed",
    "registration/operations/english_summary.py": "the English summary of a licence",
    "registration/web/templates/macros/scope.html": "the printed words beside those of the reader",
    # Lines for operators: terminals have the default languages.
    "registration/cli": "the terminal",
    "registration/runtime/production_checks.py": "the terminal",
    "registration/runtime/matter_checks.py": "the terminal",
    "registration/rules/folder_files.py": "the terminal",
    "certificates/conformance/rules.py": "the terminal",
    "certificates/design_check": "the terminal",
    # The library of documents: the licence is Chinese by law, its summary English.
    "certificates/numbers/regions.py": "a pair of words in the default languages",
    "certificates/paper/characters.py": "names of scripts in the default languages",
    "certificates/paper/design.py": "the languages of papers, and the title of a design",
    "certificates/paper/english_summary.py": "the English summary of a licence",
    "certificates/credentials/sd_jwt.py": "names of claims for wallets (SD-JWT VC type metadata)",
}


def languages_named(file: Source) -> Iterator[str]:
    """Attributes, fields and texts that are the name of a language."""
    for node in file.nodes:
        name = None
        if isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value
        if name is not None and NAMED.fullmatch(name):
            yield name


def languages_compared(file: Source) -> Iterator[str]:
    """Comparisons with the constants of the default languages."""
    constants = {"CHINESE", "ENGLISH", "OF_PAPERS", "DEFAULTS"}
    for node in file.nodes:
        if isinstance(node, ast.Compare):
            sides = {one.id for one in (node.left, *node.comparators) if isinstance(one, ast.Name)}
            yield from sides & constants


def of_templates(path: Path) -> list[str]:
    text = re.sub(r'\blang="(zh-Hans|en)"', "", path.read_text(encoding="utf-8"))
    return re.findall(r"""(?<=['".])(?:\w+_)?(?:zh|en)\b(?!-)""", text)


def excepted(name: str) -> bool:
    return any(name == known or name.startswith(f"{known}/") for known in EXCEPTIONS)


def templates() -> Iterator[Path]:
    web = ROOT / "registration" / "web"
    yield from sorted((web / "templates").rglob("*.html"))
    yield from sorted(path for path in (web / "static").rglob("*.js") if "vendor" not in path.parts)


@cache
def all_named() -> dict[str, list[str]]:
    code = {file.name: [*languages_named(file)] for file in sources(*PACKAGES)}
    pages = {str(path.relative_to(ROOT)): of_templates(path) for path in templates()}
    return {name: found for name, found in (code | pages).items() if found}


def test_no_code_names_a_language() -> None:
    assert {name: found for name, found in all_named().items() if not excepted(name)} == {}


def test_no_code_asks_which_language_it_is() -> None:
    home = "registration/rules/languages.py"
    found = {file.name: [*languages_compared(file)] for file in sources(*PACKAGES) if file.name != home}
    assert {name: compared for name, compared in found.items() if compared} == {}


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_an_exception_is_needed(name: str) -> None:
    assert any(found == name or found.startswith(f"{name}/") for found in all_named())


@pytest.mark.parametrize(
    "line", ["x = row.en if y else row.zh", 'x = words["zh"]', "x = place.name_en", 'if lang == "en": pass', "en: str"]
)
def test_such_a_line_is_found(line: str) -> None:
    assert [*languages_named(Source("a.py", line))]


def test_a_comparison_is_found() -> None:
    assert [*languages_compared(Source("a.py", "x = 1 if lang == CHINESE else 2"))] == ["CHINESE"]

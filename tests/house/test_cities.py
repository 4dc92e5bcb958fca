"""A city's data is in its folder: the program contains no city's name and no agency's letter or key."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from registration.rules.city import BLANK, PACKAGED, City, city
from tests.house.source import ROOT

PROGRAM = ROOT / "registration"
# The name of the packaged city, its province, its telephone prefix and its region codes.
OF_THE_CITY = re.compile(r"金华|金市监|婺城|Jinhua|jinhua|浙江|Zhejiang|\b0579\b|(?<!\d)3307\d\d(?!\d)|\b8890\b")
READ = ("*.py", "*.html", "*.yaml", "*.po", "*.js", "*.css", "*.svg", "*.csv", "*.txt")
# File -> the reason why it may name the city, its province or one of its numbers.
EXCEPTIONS = {
    "reference/china_regions.csv": "all regions of the country",
    "reference/regions.csv": "provinces and larger cities of the country, which names carry",
    "reference/name_common.txt": "a dictionary of the language",
    "reference/passwords_common.txt": "passwords that people often choose",
    "reference/norms.yaml": "the law of a province, which the model of 2015 is",
    "matters/establishment/workflow@1.yaml": "cites that law; a table that cases use is not edited",
    "matters/establishment/workflow@2.yaml": "cites that law; a table that cases use is not edited",
    "matters/establishment/workflow@3.yaml": "cites that law; a table that cases use is not edited",
    "matters/establishment/workflow@4.yaml": "serves the model of 2015, too",
    "reference/standard_characters.txt": "all standard characters",
    "rules/city.py": "names the folder of the packaged city, once",
    "cities/blank": "comments that show how a row looks",
}


def files() -> Iterator[Path]:
    found = (path for pattern in READ for path in PROGRAM.rglob(pattern))
    kept = (path for path in found if not path.is_relative_to(PACKAGED) and "vendor" not in path.parts)
    return (path for path in kept if "__pycache__" not in path.parts)


def excepted(path: Path) -> bool:
    name = str(path.relative_to(PROGRAM))
    return any(name == known or name.startswith(f"{known}/") for known in EXCEPTIONS)


def test_the_program_names_no_city() -> None:
    named = {str(path.relative_to(PROGRAM)): OF_THE_CITY.findall(read(path)) for path in files() if not excepted(path)}
    assert not {name: words for name, words in named.items() if words}


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_an_exception_is_needed(name: str) -> None:
    assert (PROGRAM / name).exists()


def read(path: Path) -> str:
    return strings_of(path) if path.suffix == ".py" else path.read_text(encoding="utf-8")


def strings_of(path: Path) -> str:
    """The string constants of a module, without docstrings, which may contain examples."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {id(docstring_of(node)) for node in ast.walk(tree) if isinstance(node, documented)}
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs)
    return "\n".join(str(node.value) for node in nodes)


def docstring_of(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Constant | None:
    match node.body:
        case [ast.Expr(value=ast.Constant() as found), *_]:
            return found
    return None


def test_no_agency_is_named_in_the_program() -> None:
    """A row's key may also name a number or a section; roles and envelope names belong to the row alone."""
    own = {value for row in city().agencies for value in (row.role, row.name["zh"], row.officer["zh"])}
    named = {
        f"{path.relative_to(PROGRAM)}: {word}"
        for path in files()
        if path.suffix in (".py", ".html", ".po")
        for word in own
        if word in path.read_text(encoding="utf-8")
    }
    assert not named


def test_the_packaged_city_is_whole() -> None:
    from registration.queries.city_faults import faults_in

    found = city()
    assert isinstance(found, City)
    assert faults_in(PACKAGED) == []
    assert {path.name for path in PACKAGED.iterdir()} >= {path.name for path in BLANK.iterdir()}

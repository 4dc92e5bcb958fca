"""An entity type is one row of data: no other file names one, and a row agrees with the code that reads it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_args

import pytest

from certificates.paper.licence_items import PRESENT
from certificates.particulars import EntityType as LicenceType
from registration.rules.check import FOR_ALL, GROUPS
from registration.rules.declarations import declarations_for
from registration.rules.entity_types import (
    EntityType,
    EntityTypeError,
    Word,
    entity_type_keys,
    entity_types,
    read_entity_type,
)
from registration.rules.form import ESTABLISHMENT
from registration.rules.names import name_types
from registration.rules.reference import texts
from registration.rules.signers import CAPACITIES, HOLDERS
from tests.house.source import ROOT, Source, sources

# Files that may name types: the standard's printed items, the samples of each type, and the examples.
PLACES = (
    "certificates/particulars.py",
    "certificates/paper/licence_items.py",
    "certificates/paper/samples.py",
    "registration/demo/",
)
TYPES = frozenset(get_args(LicenceType))


def named(file: Source) -> Iterator[str]:
    """Strings that are a type's key, and members of a class of types."""
    for node in file.nodes:
        if isinstance(node, ast.Constant) and node.value in TYPES:
            yield str(node.value)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "EntityType" and node.attr.isupper():
            yield f"EntityType.{node.attr}"


def test_no_code_names_an_entity_type() -> None:
    found = {file.name: sorted(named(file)) for file in sources("registration", "certificates", "workflows")}
    assert {name: keys for name, keys in found.items() if keys and not name.startswith(PLACES)} == {}


def test_such_a_name_is_seen() -> None:
    assert list(named(Source("a.py", 'if case.entity_type == "individual":\n    x = EntityType.LLC\n'))) == [
        "individual",
        "EntityType.LLC",
    ]


PAGES = [path for end in ("html", "js") for path in sorted((ROOT / "registration" / "web").rglob(f"*.{end}"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_no_page_names_one(page: Path) -> None:
    assert not set(re.findall(r"""['"`]([a-z_]+)['"`]""", page.read_text(encoding="utf-8"))) & TYPES


def rows() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", entity_types(), ids=lambda row: row.key)


@rows()
def test_what_a_row_names_exists(row: EntityType) -> None:
    assert set(row.capacities) <= HOLDERS.keys() & CAPACITIES.keys()
    assert set(row.rules) <= GROUPS.keys() - set(FOR_ALL)
    refusals = {code for one in row.capacities.values() for code in (one.too_few, one.too_many) if code}
    assert refusals <= texts("reference/messages.yaml").keys()
    assert declarations_for(
        row.capacities, matter=ESTABLISHMENT, regime=row.known_regimes[0], on=row.regimes[row.known_regimes[0]]
    )


@rows()
def test_a_row_says_what_the_licence_prints(row: EntityType) -> None:
    """The labels on the pages are those of the licence (Implementing Rules art. 23)."""
    labels = {item.key: "".join(item.label) for column in PRESENT[row.key] for item in column}
    words: dict[Word, str]
    words = {"representative": "representative", "capital": "capital", "founded": "founded", "place": "domicile"}
    assert {word: labels[key] for word, key in words.items() if key in labels} == {
        word: row.words[word]["zh"] for word, key in words.items() if key in labels
    }


def test_each_group_of_rules_is_asked_for() -> None:
    assert {*FOR_ALL, *(name for row in entity_types() for name in row.rules)} == GROUPS.keys()


def test_every_type_has_its_name_rules() -> None:
    assert {row.key for row in entity_types()} == set(name_types())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "entity_types/x.yaml: colour"),
        ({"family": None}, "family"),
        ({"numbers": {"uscc_class": "7", "registration_pool": "a"}}, "numbers.uscc_class"),
        ({"representative": "nobody"}, "representative: nobody"),
        ({"regimes": {"of_2099": "2099-01-01"}}, "regimes"),
        ({"capacities": {"operator": {"least": 1, "kinds": ["ghost"]}}}, "capacities.operator.kinds"),
        ({"regimes": {}}, "regimes"),
        (
            {"regimes": {"market_entity_2022": "2022-03-01", "three_in_one_2015": "2015-10-01"}},
            "the oldest stands first",
        ),
        ({"words": {}}, "words: representative"),
    ],
)
def test_a_wrong_row_is_refused_by_file_and_key(change: dict[str, Any], said: str) -> None:
    row = dict(texts(f"entity_types/{entity_type_keys()[-1]}.yaml"))
    assert read_entity_type("x", row).key == "x"
    with pytest.raises(EntityTypeError, match=re.escape("entity_types/x.yaml")) as refused:
        read_entity_type("x", row | change)
    assert said in str(refused.value)
    required = {one.name for one in fields(EntityType) if one.default is MISSING and one.default_factory is MISSING}
    for key in required:
        with pytest.raises(EntityTypeError, match=key):
            read_entity_type("x", {name: value for name, value in row.items() if name != key})

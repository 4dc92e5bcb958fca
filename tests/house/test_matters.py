"""A matter is its folder: pages and API contain no name of a state, an action or a matter."""

import ast
import re
from pathlib import Path

import pytest

from registration.matters import definition_of, matters, shipped
from tests.house.source import ROOT, Source, sources

# Words that the edges use for other things: kinds of states, styles, list marks, records with their own states
# (profiles of registrars, names, the ledger), chapters of effects, kinds of papers.
OTHERS = {
    *("start", "waiting", "hold", "open", "issue", "share", "archive", "sign", "signing", "claimed", "not_accepted"),
    *("draft", "approve", "approved", "withdraw", "withdrawn", "reject"),
}


def names() -> frozenset[str]:
    found = set(matters())
    for key in shipped():
        table = definition_of(key)
        for one in (table, table.parts):
            found |= {*one.states, *one.actions} if one is not None else set()
    return frozenset(found - OTHERS)


def named(file: Source) -> list[str]:
    texts = (node.value for node in file.nodes if isinstance(node, ast.Constant))
    return sorted(text for text in texts if isinstance(text, str) and text in names())


@pytest.mark.parametrize("room", ["registration/web", "registration/api"])
def test_no_edge_names_a_state_or_an_action(room: str) -> None:
    assert {file.name: found for file in sources(room) if (found := named(file))} == {}


def test_such_a_name_is_seen() -> None:
    assert named(Source("a.py", 'x = "correction_requested"\ny = "draft"\n')) == ["correction_requested"]


# Each has a default: the matter for a call, a form or a command without one.
DEFAULTS = {
    "registration/matters/__init__.py",
    "registration/rules/form/sections.py",
    *(f"registration/cli/{command}.py" for command in ("diagram", "move", "simulate")),
}


def names_a_matter(file: Source) -> bool:
    texts = [node.value for node in file.nodes if isinstance(node, ast.Constant)]
    found = [text for text in texts if isinstance(text, str)]
    return any(text.partition("@")[0] in matters() or text.startswith("matters/") for text in found)


def test_no_code_but_the_defaults_names_a_matter() -> None:
    assert {file.name for file in sources("registration") if names_a_matter(file)} == DEFAULTS
    assert names_a_matter(Source("a.py", f'x = "matters/{matters()[0]}/reasons.yaml"\n'))


TEMPLATES = sorted((ROOT / "registration" / "web" / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_names_one(template: Path) -> None:
    quoted = set(re.findall(r"'([a-z_]+)'", template.read_text(encoding="utf-8")))
    assert not quoted & names()

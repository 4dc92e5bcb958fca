"""Whatever JSON is sent for a section, and whatever an old draft holds, no page and no answer of the API fails."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from registration import clock, database
from registration.keys.field_encryption import encrypt_form
from registration.models import Application
from registration.operations import apply
from registration.rules.fields import sensitive_paths
from registration.rules.form import MODELS, OF_REGISTERED, sections_for
from tests.fixtures.cases import actor_of, company
from tests.fixtures.visitor import Visitor
from tests.registration.api.conftest import Program, app, program
from tests.registration.web.conftest import database_url

__all__ = ["app", "database_url", "program"]
LIN = "lin@example.cn"
COMPANY = company()
SECTIONS = [section.key for section in sections_for("llc", "company_law_2024")]

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
ANY = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.just("a.b"), inner, max_size=3)
    ),
    max_leaves=6,
)


def shapes_near(value: Any) -> st.SearchStrategy[Any]:
    """The same JSON with values anywhere in it replaced by any other."""
    if isinstance(value, dict):
        kept = st.fixed_dictionaries({name: shapes_near(one) for name, one in value.items()})
        return st.one_of(kept, kept, ANY)
    if isinstance(value, list):
        return st.one_of(st.tuples(*map(shapes_near, value)).map(list), st.lists(ANY, max_size=2), ANY)
    return st.one_of(st.just(value), st.just(value), st.just(value), ANY)


@st.composite
def sections(draw: st.DrawFn) -> tuple[str, Any]:
    section = draw(st.sampled_from(SECTIONS))
    return section, draw(shapes_near(COMPANY.get(section, {})))


@pytest.fixture
def draft(app: Flask) -> str:
    ref = apply.start(entity_type="llc", registrar_code="330702", actor=actor_of(LIN), now=clock.now())
    for section, value in COMPANY.items():
        apply.keep_typed(ref, section, value, actor=actor_of(LIN), now=clock.now())
    return ref


@pytest.fixture
def look(app: Flask, draft: str, program: Callable[[str], Program]) -> Callable[[str], None]:
    """Opens every page that shows a draft, those of one section, and another draft's page that offers its persons."""
    other = apply.start(entity_type="lp", registrar_code="330702", actor=actor_of(LIN), now=clock.now())
    owner, clerk, lin = Visitor(app, LIN), Visitor(app, "0318"), program(LIN)
    special = {"people": ["people/p1", "people/p2"], "shareholders": ["shareholders/1"]}

    def look_everywhere(section: str) -> None:
        own = [section, f"{section}?check=1", *special.get(section, ())]
        for path in ("", "/check", *(f"/{one}" for one in own), "/people", "/shareholders", "/officers"):
            assert owner.get(f"/applications/{draft}{path}").status_code < 500, path
        assert owner.get(f"/applications/{other}/people").status_code < 500, other
        assert owner.get("/applications").status_code < 500
        for path in ("/desk/inbox", f"/desk/cases/{draft}", f"/desk/cases/{draft}/changes"):
            assert clerk.get(path).status_code < 500, path
        for path in (f"/applications/{draft}", f"/applications/{draft}/explanation"):
            assert lin.get(path).status_code < 500, path

    return look_everywhere


NOT_EACH = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@NOT_EACH
@given(sent=sections(), judge=st.booleans())
def test_any_json_that_is_sent_for_a_section(
    program: Callable[[str], Program], draft: str, look: Callable[[str], None], sent: tuple[str, Any], judge: bool
) -> None:
    lin = program(LIN)
    section, value = sent
    answer = lin.put(f"/applications/{draft}/form/{section}?judge={str(judge).lower()}", json=value)
    assert answer.status_code in (200, 400, 422), answer.json
    assert lin.call("PATCH", f"/applications/{draft}/form", json={section: value}).status_code in (200, 400, 422)
    look(section)


@NOT_EACH
@given(held=sections())
def test_any_json_that_a_draft_holds_from_before(
    draft: str, look: Callable[[str], None], held: tuple[str, Any]
) -> None:
    with database.transaction() as session:
        case = session.exec(select(Application).where(Application.ref == draft)).one()
        form = {**case.form, held[0]: _without_dots(held[1])}
        case.form = encrypt_form(form, sensitive_paths(form), case=case.ref)
    look(held[0])


def _without_dots(value: Any) -> Any:
    """Names with a full stop were never kept, and no database keeps half a character."""
    if isinstance(value, dict):
        return {name.replace(".", "").replace("\x00", ""): _without_dots(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_dots(one) for one in value]
    return value.replace("\x00", "") if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("people", [{"name": 5}]),
        ("people", [{"key": {"a": 1}, "kind": "natural"}]),
        ("people", [5]),
        ("name", {"trade": ["听澜"]}),
        ("domicile", {"street": {"a.b": 1}}),
        ("domicile", {"a.b": "1"}),
        ("officers", {"directors": {"person": "p1"}}),
        ("capital", {"amount_wan": [1]}),
        ("scope", {"items": "HY0154"}),
        ("tax", {"officer": "p1"}),
        ("shareholders", [{"person": "p1", "subscribed_wan": {}}]),
        ("capital", {"amount_wan": 10**40}),
        ("capital", {"amount_wan": 10**400}),
        ("capital", {"odd": 10**400}),
        ("shareholders", [{"person": "p1", "lines": [5]}]),
        ("owners", {"basis": "listed", "listed": {"owner": "p1"}}),
        ("social", {"headcount": "5", "odd": [1]}),
    ],
)
def test_another_shape_than_the_forms_is_refused_and_not_kept(
    app: Flask, program: Callable[[str], Program], draft: str, section: str, value: Any
) -> None:
    lin = program(LIN)
    before = lin.get(f"/applications/{draft}").json["form"]
    for judge in ("true", "false"):
        answer = lin.put(f"/applications/{draft}/form/{section}?judge={judge}", json=value)
        assert answer.status_code == 422
        assert answer.json["errors"]
    assert lin.call("PATCH", f"/applications/{draft}/form", json={section: value}).status_code == 422
    assert lin.get(f"/applications/{draft}").json["form"] == before


def test_every_section_is_tried() -> None:
    others = {"operator", "five", "investor", "partners", "parent", "responsible", "members", "council"}
    assert set(SECTIONS) == set(MODELS) - others - OF_REGISTERED

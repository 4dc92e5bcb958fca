"""Random lives of registered businesses: whatever is applied for, decided or taken back, the records agree."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from registration import database
from registration.clock import local_date
from registration.matters import definition_of
from registration.models import (
    Application,
    Entity,
    EntityCase,
    EntityLock,
    IssuedNumber,
    Paper,
    PublicNotice,
    RegisteredName,
)
from registration.queries.integrity import Counted
from registration.queries.licence_status import ended_places, place_of
from registration.queries.licences import ENDED, check_code, check_token
from registration.queries.names import verdict_on
from registration.queries.register import newest_values
from registration.queries.register_changes import values_of
from registration.queries.register_integrity import broken_register
from registration.queries.registered_entities import registered_form
from registration.queries.state_filters import is_underway
from registration.rules.form import OF_APPLICATION
from registration.rules.names import outside_name
from registration.rules.names_compare import a_year_after
from registration.rules.register_items import STATE, register_items
from registration.rules.registered_entity import register_rows, sections_changed
from registration.rules.scope import catalogue
from registration.settings import Settings
from tests.fixtures.cases import person
from tests.fixtures.closings import code_of, founder_of, licensed
from tests.fixtures.licences import issued, sheets
from tests.fixtures.lives import CHANGE, CLOSED, FILING, REPLACEMENT, Fill, Life
from tests.fixtures.scenes import scene

TRADES = ("云栖新样", "秋水长天", "枫桥望月", "松风问石", "晴川历历", "白鹭青田")
LASTING = ("active", "annulled", "deregistered")
MONDAY = datetime(2026, 10, 19, 1, 30, tzinfo=UTC)


def move(life: Life, ref: str) -> None:
    life.change(ref, "domicile", street=f"样例街道双溪路{life.chance.randrange(1, 900)}号")


def widen(life: Life, ref: str) -> None:
    codes = [code for code, item in catalogue().items() if item.permit == "-"]
    life.save(ref, "scope", {"items": life.chance.sample(codes, 3)})


def rename(life: Life, ref: str) -> None:
    """Also back to a name of before, which nobody else may have for a year."""
    life.change(ref, "name", trade=life.chance.choice(TRADES))


def with_person(life: Life, ref: str) -> str:
    """The key of one of the persons, whom the application names now if it did not."""
    key = life.chance.choice(("p1", "p2", "p3", "p4"))
    people = [one for one in life.form(ref)["people"] if one["key"] != key]
    life.save(ref, "people", [*people, person(key)])
    return key


def hand_on(life: Life, ref: str) -> None:
    life.change(ref, "operator", person=with_person(life, ref))


def represent(life: Life, ref: str) -> None:
    key = with_person(life, ref)
    supervisor = life.chance.choice([one for one in ("p2", "p3") if one != key])
    posts = {"directors": [{"person": key, "post": "director"}], "supervisors": [supervisor]}
    life.change(ref, "officers", **posts)
    life.change(ref, "legal_rep", person=key)


def raise_capital(life: Life, ref: str) -> None:
    form = life.form(ref)
    more = life.chance.choice((10, 20))
    line = {"amount_wan": str(more), "method": "currency", "due_on": f"{life.now.year + 4}-01-31"}
    first, *others = form["shareholders"]
    life.save(ref, "shareholders", [first | {"lines": [*first["lines"], line]}, *others])
    life.change(ref, "capital", amount_wan=str(int(form["capital"]["amount_wan"]) + more))


def cover_losses(life: Life, ref: str) -> None:
    """Takes the last line of the first shareholder away, if there are several."""
    form, day = life.form(ref), local_date(life.now).isoformat()
    first, *others = form["shareholders"]
    if len(first["lines"]) > 1:
        less = int(form["capital"]["amount_wan"]) - int(first["lines"][-1]["amount_wan"])
        life.save(ref, "shareholders", [first | {"lines": first["lines"][:-1]}, *others])
        life.change(ref, "capital", amount_wan=str(less))
    life.save(ref, "reduction", {"way": "losses", "resolved_on": day, "published_on": day})


def hand_over(life: Life, ref: str) -> None:
    """The last shareholder gives everything to somebody else."""
    *others, last = life.form(ref)["shareholders"]
    new = "p4" if last["person"] != "p4" else "p3"
    people = [one for one in life.form(ref)["people"] if one["key"] != new]
    life.save(ref, "people", [*people, person(new)])
    life.save(ref, "shareholders", [*others, last | {"person": new}])


def reach(life: Life, ref: str) -> None:
    life.change(ref, "contacts", liaison={"person": with_person(life, ref)})


def extend(life: Life, ref: str) -> None:
    until = f"20{life.chance.randrange(40, 80)}-12-31"
    life.change(ref, "capital", term="until", term_until_on=until)


def copies(life: Life, ref: str) -> None:
    life.save(ref, "duplicates", {"copies": life.chance.randrange(1, 4)})


def nothing(_life: Life, _ref: str) -> None:
    """A lost or damaged licence needs no answer."""


SHARED: dict[tuple[str, str], Fill] = {
    (CHANGE, "name"): rename,
    (CHANGE, "domicile"): move,
    (CHANGE, "scope"): widen,
    (FILING, "liaison"): reach,
    (REPLACEMENT, "lost"): nothing,
    (REPLACEMENT, "damaged"): nothing,
    (REPLACEMENT, "number_of_duplicates"): copies,
}
OF_TYPE: dict[str, dict[tuple[str, str], Fill]] = {
    "individual": SHARED | {(CHANGE, "operator"): hand_on},
    "llc": SHARED
    | {
        (CHANGE, "representative"): represent,
        (CHANGE, "capital"): raise_capital,
        (CHANGE, "reduction"): cover_losses,
        (CHANGE, "shareholders"): hand_over,
        (FILING, "term"): extend,
    },
}


@pytest.fixture
def life(request: pytest.FixtureRequest, office: Settings, clock: datetime) -> Iterator[Life]:
    """Of a type, and with the seed of its chances."""
    entity_type, seed = request.param
    if entity_type == "individual":
        code = code_of(scene("a licence of October", office, lambda: issued(clock)))
    else:
        code = scene("a licensed company", office, licensed)
    lived = Life(code, Random(f"{entity_type} {seed}"), MONDAY, OF_TYPE[entity_type])
    lived.follow()
    yield lived
    lived.end()


def lives(*seeds: int) -> list[tuple[str, int]]:
    return [(entity_type, seed) for entity_type in OF_TYPE for seed in seeds]


@pytest.mark.parametrize("life", lives(0), indirect=True)
def test_whatever_happens_the_records_agree(life: Life) -> None:
    _lived(life, steps=14)


@pytest.mark.thorough
@pytest.mark.parametrize("life", lives(*range(1, 9)), indirect=True)
def test_they_agree_over_many_lives(life: Life) -> None:
    _lived(life, steps=30)


def _lived(life: Life, *, steps: int) -> None:
    """In the second half it is to be closed; three more tries after that show that nothing can be begun any more."""
    done, tries = [], 3
    for number in range(steps):
        life.ending = number >= steps // 2
        tries -= life.ending and life.entity().status == "deregistered"
        if tries < 0:
            break
        done.append(life.step())
        try:
            agree(life)
        except AssertionError as failed:
            failed.add_note("\n".join(done))
            raise


def agree(life: Life) -> None:
    with database.reading() as session:
        assert list(broken_register(session, counted=Counted())) == []
        entity, cases = life.entity(), life.cases()
        underway = [one for one in cases if is_underway(definition_of(one.definition), one.state)]
        _register_is_what_was_registered(session, entity)
        _sections_are_reserved_once(session, underway)
        _state_is_that_of_an_open_case(session, entity, cases)
        _one_edition_is_in_force(session, life, entity, underway)
        _names_are_held_as_long_as_the_law_says(session, life, underway)
        numbers = [str(one) for one in session.scalars(select(col(IssuedNumber.scheme) + col(IssuedNumber.value)))]
        papers = list(session.scalars(select(col(Paper.number))))
        assert (len(set(numbers)), len(set(papers))) == (len(numbers), len(papers))


def _register_is_what_was_registered(session: Session, entity: Entity) -> None:
    """The newest versions are those of the form with which the next application begins."""
    newest = {item: value for item, (_number, value) in newest_values(session, entity.id).items()}
    form = values_of(registered_form(session, entity), entity_type=entity.entity_type, regime="company_law_2024")
    # A licence writes the amount with the hundredths that a form leaves out.
    for found in (newest, form):
        if found.get("capital"):
            found["capital"] = found["capital"] | {"amount": Decimal(found["capital"]["amount"])}
    compared = register_items().keys() - {STATE, "articles"}
    assert {item: newest.get(item) for item in compared} == {item: form.get(item) for item in compared}
    assert entity.status == newest[STATE]["state"]


def _sections_are_reserved_once(session: Session, underway: Sequence[Application]) -> None:
    """Every open application has those that it changes, and no other has one of them."""
    held = {(one.application_id, one.section) for one in session.scalars(select(EntityLock))}
    assert len({section for _case, section in held}) == len(held)
    # What an application says of itself is in nobody's way.
    changed = {(one.id, section) for one in underway for section in sections_changed(one.matter, one.form)}
    assert held == {(case, section) for case, section in changed if section not in OF_APPLICATION}


def _state_is_that_of_an_open_case(session: Session, entity: Entity, cases: Sequence[Application]) -> None:
    """A notice runs for one case at most; the state that came with it goes with its case."""
    running = list(session.scalars(select(PublicNotice).where(col(PublicNotice.status) == "open")))
    states = {one.id: one.state for one in cases}
    assert [states[one.application_id] in ("noticed", "consulted") for one in running] in ([], [True])
    gave = {one.application_id for one in session.scalars(select(EntityCase)) if one.state_before is not None}
    open_ones = {one.id: one.matter for one in cases if one.state not in CLOSED}
    rows = [register_rows(open_ones[one]) for one in gave if one in open_ones]
    meanwhile = [one.meanwhile for one in rows if one is not None]
    assert entity.status in (*meanwhile, "annulled", "deregistered") if meanwhile else entity.status in LASTING


def _one_edition_is_in_force(session: Session, life: Life, entity: Entity, underway: Sequence[Application]) -> None:
    """Every channel says the same of every sheet ever issued."""
    every = [one for one in sheets(founder_of(life.code)) if one.status != "prepared"]
    newest, ended = max(one.edition for one in every), ended_places(session, 0)
    assert ended is not None
    open_refs = {one.ref for one in underway}
    declared = newest in {edition for ref, edition in life.declared.items() if ref in open_refs}
    for sheet in every:
        in_force = "declared_void" if declared else "sample"
        expected = "superseded" if sheet.edition < newest else in_force
        verdict = "revoked" if entity.status in ENDED else expected
        assert check_token(session, sheet.ref).verdict == verdict, (sheet.edition, sheet.paper)
        assert (place_of(sheet)[1] in ended) == (verdict != "sample")
        assert (sheet.status == "issued") == (verdict == "sample")
    assert check_code(session, life.code).verdict == check_token(session, every[-1].ref).verdict
    assert len({one.serial for one in every}) == newest == len({one.edition for one in every})


def _names_are_held_as_long_as_the_law_says(session: Session, life: Life, underway: Sequence[Application]) -> None:
    """Nobody else may have the name in use, nor one that was given up or ended less than a year ago."""
    today = local_date(life.now)
    reserved = set(session.scalars(select(col(RegisteredName.name)).where(col(RegisteredName.status) == "reserved")))
    kind = life.entity().entity_type
    for name, until in life.names.items():
        asked = verdict_on(
            session, outside_name(name), entity_type=kind, region6="330702", prefecture="330700", today=today
        )
        is_held = until is None or today < a_year_after(until) or name in reserved
        assert (asked.verdict == "reject") == is_held, (name, until, [one.rule for one in asked.findings])

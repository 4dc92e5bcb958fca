"""`heyi numbers`: blocks are added with check digits, overlaps refused, and the doctor names what is missing."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import col, select

from certificates import numbers
from registration import database as db
from registration.database import schema
from registration.errors import Unavailable
from registration.models import Application, AuditEntry, IssuedNumber, NumberPool, Registrar
from registration.operations import apply, samples
from registration.operations import numbers as giving
from registration.rules.number_blocks import ORGANIZATION, read_block, stored_block
from tests.fixtures.cases import actor_of
from tests.fixtures.database import sqlite_only
from tests.registration.cli.conftest import Heyi

database_url = sqlite_only
BODIES = st.text(numbers.USCC_CHARACTERS, min_size=8, max_size=8)


@pytest.fixture(autouse=True)
def office(database_url: str, database: Engine, clock: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registrars without any numbers."""
    samples.load_accounts(now=clock)
    # The template was made from the models; the question here is not which revision that is.
    monkeypatch.setattr(schema, "current", lambda url: schema.head())


def code(body: str) -> str:
    return numbers.make_organization_code(body)


def refused(heyi: Heyi, *words: str) -> str:
    answer = heyi("numbers", "add", *words)
    assert answer.exit_code == 1
    return answer.stderr


def listed(heyi: Heyi, registrar: str) -> dict[str, dict[str, Any]]:
    rows = json.loads(heyi("numbers", "list", "--registrar", registrar, "--json").stdout)
    return {row["scheme"]: row for row in rows}


def take(registrar_code: str, *, application: int, now: datetime) -> str:
    with db.transaction() as session:
        registrar = session.get_one(Registrar, registrar_code)
        return giving.organization_code(session, registrar, application_id=application, now=now)


def drafts(clock: datetime, count: int) -> list[int]:
    """Cases that numbers can belong to."""
    lin = actor_of("lin@example.cn")
    refs = [apply.start(entity_type="individual", registrar_code="330702", actor=lin, now=clock) for _ in range(count)]
    with db.reading() as session:
        return [session.exec(select(Application.id).where(col(Application.ref) == ref)).one() for ref in refs]


def test_a_block_is_added_and_used_up_and_the_next_one_follows(heyi: Heyi, clock: datetime) -> None:
    assert listed(heyi, "330702")["organization_code"]["state"] == "missing"
    assert heyi("numbers", "list", "--registrar", "330702").exit_code == 1
    added = heyi("numbers", "add", "330702", "organization_code", code("MAB0000Y"), code("MAB00010"))
    assert added.stdout == "330702 organization_code: 2 numbers added\n"
    last = numbers.print_organization_code(code("MAC00001"))
    assert heyi("numbers", "add", "330702", "organization_code", code("MAC00001"), last).exit_code == 0
    assert (listed(heyi, "330702")["organization_code"]["left"], heyi("numbers", "list").exit_code) == (3, 1)

    first, second, third, fourth = drafts(clock, 4)
    taken = [take("330702", application=one, now=clock) for one in (first, second, third)]
    assert taken == [code("MAB0000Y"), code("MAB00010"), code("MAC00001")]
    with pytest.raises(Unavailable):
        take("330702", application=fourth, now=clock)
    row = listed(heyi, "330702")["organization_code"]
    assert (row["state"], [block["left"] for block in row["blocks"]]) == ("empty", [0, 0])
    assert "used up" in heyi("numbers", "list", "--registrar", "330702").stdout
    with db.reading() as session:
        entries = session.exec(select(AuditEntry).where(col(AuditEntry.tag) == "numbers:add")).all()
    assert [entry.data["first"] for entry in entries] == [code("MAB0000Y"), code("MAC00001")]


def test_what_was_given_or_issued_is_not_given_again(heyi: Heyi, clock: datetime) -> None:
    heyi("numbers", "add", "330702", "organization_code", code("MAB00001"), code("MAB00020"))
    for ends in (
        ("MAB00020", "MAB00030"),
        ("MAB00000", "MAB00001"),
        ("MAB00005", "MAB00006"),
        ("MAA00000", "MAC00000"),
    ):
        said = refused(heyi, "330703", "organization_code", *map(code, ends))
        assert "overlaps with the block MAB00001–MAB00020 of 330702" in said
    (case,) = drafts(clock, 1)
    with db.transaction() as session:
        value = code("MAD00005")
        session.add(
            IssuedNumber(
                scheme="organization_code", value=value, registrar_code="330702", application_id=case, at=clock
            )
        )
    said = refused(heyi, "330703", "organization_code", code("MAD00001"), code("MAD00009"))
    assert f"{value} of this block was issued already" in said
    assert heyi("numbers", "add", "330703", "organization_code", code("MAD00006"), code("MAD00009")).exit_code == 0


@pytest.mark.parametrize(
    ("scheme", "first", "last", "said"),
    [
        ("organization_code", "MAB000010", "MAB000028", "check digit of MAB000010 is wrong"),
        ("organization_code", "MAB1", code("MAB00002"), "MAB1 is no such number"),
        ("organization_code", code("MAI00001"), code("MAI00002"), "the letter I of"),
        ("organization_code", code("MAB00002"), code("MAB00001"), "give the lower number first"),
        ("registration_company", numbers.make_registration_number(1, region="330703"), "", "begin with 330702"),
        ("registration_company", numbers.make_registration_number(60_000_001, region="330702"), "", "another class"),
        ("social_insurance_number", "33070300000001", "33070300000002", "begin with 330702"),
    ],
)
def test_a_wrong_block_is_refused_with_what_to_do(
    heyi: Heyi, monkeypatch: pytest.MonkeyPatch, scheme: str, first: str, last: str, said: str
) -> None:
    assert said in refused(heyi, "330702", scheme, first, last or first)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "号段没有登记" in refused(heyi, "330702", scheme, first, last or first)
    with db.reading() as session:
        assert session.exec(select(NumberPool)).first() is None


def test_an_unknown_registrar_is_refused(heyi: Heyi) -> None:
    assert "six digits of a registrar" in refused(
        heyi, "110000", "organization_code", code("MAB00001"), code("MAB00002")
    )
    assert heyi("numbers", "add", "330702", "serial", "1", "2").exit_code == 2


def test_samples_are_not_given_out_in_production(heyi: Heyi, monkeypatch: pytest.MonkeyPatch) -> None:
    from registration import settings as configuration

    monkeypatch.setenv("HEYI_MODE", "production")
    configuration.settings.cache_clear()
    assert "samples" in refused(heyi, "330702", "organization_code", code("MAT00001"), code("MAT00002"))


def test_registration_numbers_of_the_citys_own_registrar_have_the_citys_digits(heyi: Heyi) -> None:
    ends = [numbers.make_registration_number(one, region="330700") for one in (1, 2000)]
    assert heyi("numbers", "add", "330701", "registration_company", *ends).exit_code == 0
    assert listed(heyi, "330701")["registration_company"]["left"] == 2000


@pytest.mark.thorough
def test_the_doctor_names_the_pool_and_the_command(heyi: Heyi, clock: datetime) -> None:
    def found() -> dict[str, str]:
        rows = json.loads(heyi("doctor", "--json").stdout)
        return {row["fix"]: row["state"] for row in rows if row["check"] == "numbers"}

    add = "heyi numbers add {} {} FIRST LAST"
    assert found()[add.format("330702", "organization_code")] == "bad"
    # The registrar by the model of 2015 needs the numbers of the agencies too.
    assert found()[add.format("330784", "registration_company")] == "bad"
    assert found()[add.format("330784", "social_insurance_number")] == "bad"
    assert add.format("330702", "social_insurance_number") not in found()
    heyi("numbers", "add", "330702", "organization_code", code("MAB00001"), code("MAB00020"))
    assert found()[add.format("330702", "organization_code")] == "warning"
    samples.load(now=clock)
    assert add.format("330703", "organization_code") not in found()


@given(st.lists(BODIES, min_size=2, max_size=2, unique=True))
def test_a_pool_gives_the_numbers_between_the_two_ends(bodies: list[str]) -> None:
    low, high = sorted(bodies)
    block = read_block(ORGANIZATION, code(low), code(high), region="330702")
    assert numbers.organization_body(block.first, prefix=block.prefix) == low
    assert numbers.organization_body(block.last, prefix=block.prefix) == high
    assert stored_block(ORGANIZATION, prefix=block.prefix, first=block.first, last=block.last, region="330702") == block


@given(st.lists(BODIES, min_size=4, max_size=4, unique=True))
def test_blocks_meet_if_a_number_is_in_both(bodies: list[str]) -> None:
    first, second = (
        read_block(ORGANIZATION, *map(code, sorted(pair)), region="330702") for pair in (bodies[:2], bodies[2:])
    )
    shared = any(first.low <= body <= first.high for body in bodies[2:]) or second.low <= bodies[0] <= second.high
    assert first.meets(second) == second.meets(first) == shared

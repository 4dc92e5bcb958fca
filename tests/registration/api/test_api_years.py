"""The years after a licence, by programs alone: changed, filed, lost, reduced, closed, and what anybody reads of it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from registration.database import reading
from registration.operations import public_notices
from registration.operations.public_notices import ObjectionData
from registration.queries.integrity import Counted
from registration.queries.register_integrity import broken_register
from registration.settings import Settings
from tests.fixtures.cases import person
from tests.fixtures.closings import PROMISE, licensed, notice_of, tax_officer
from tests.fixtures.database import sqlite_only
from tests.fixtures.licences import issued, sheets
from tests.fixtures.scenes import scene
from tests.registration.api.conftest import Program
from tests.registration.api.test_api_journey import ok
from tests.registration.api.years import Sign, Years

database_url = sqlite_only


@pytest.fixture
def years(app: Flask, settings: Settings, program: Sign, stranger: Program, clock: datetime) -> Iterator[Years]:
    lived = Years(program, stranger, clock)
    yield lived
    lived.close()


def value(register: Any, item: str) -> Any:
    return next((one["value"] for one in register["items"] if one["item"] == item), None)


def owner(key: str, percent: str) -> dict[str, str]:
    return {"owner": key, "owner_relation": "equity", "owner_percent": percent}


def agrees() -> None:
    with reading() as session:
        assert list(broken_register(session, counted=Counted())) == []


@pytest.fixture
def code(years: Years, settings: Settings) -> str:
    return scene("a licensed company", settings, licensed)


OLD, NEW = "金华市双溪样例信息科技有限公司", "金华市云栖新样信息科技有限公司"


@pytest.mark.thorough
def test_a_company_lives_for_two_years(years: Years, code: str) -> None:
    _changes_name_scope_and_capital(years, code)
    _takes_a_new_shareholder(years, code)
    _files_owners_and_a_liaison(years, code)
    _loses_its_licence(years, code)
    _reduces_its_capital(years, code)
    _closes(years, code)
    _its_name_is_free_after_a_year(years, code)


def _changes_name_scope_and_capital(years: Years, code: str) -> None:
    years.on(date(2026, 11, 16))
    ref = years.begun(code, "change_of_registration", "name", "scope", "capital")
    form = years.form(ref)
    first, *others = form["shareholders"]
    more = {"amount_wan": "50", "method": "currency", "due_on": "2031-11-15"}
    years.fill(
        ref,
        name=form["name"] | {"trade": "云栖新样"},
        scope={"items": [*form["scope"]["items"], "HY0006"]},
        capital=form["capital"] | {"amount_wan": "150"},
        shareholders=[first | {"lines": [*first["lines"], more]}, *others],
    )
    assert years.name_is(NEW) == "reject"
    years.submit(ref)
    years.approve(ref)
    assert {"name", "scope", "capital", "contributions"} <= years.changed(ref).keys()
    assert years.verdicts(code) == [(1, "superseded"), (2, "sample")]
    assert (years.register(code)["name"], years.register(code, on="2026-11-15")["name"]) == (NEW, OLD)
    assert years.name_is(OLD) == "reject"
    agrees()


def _takes_a_new_shareholder(years: Years, code: str) -> None:
    """Two applications side by side: the second cannot have what the first has taken."""
    years.on(date(2027, 3, 8))
    ref, other = (years.begun(code, "change_of_registration", item) for item in ("shareholders", "shareholders"))
    form = years.form(ref)
    rows, people = form["shareholders"], form["people"]
    for one in (ref, other):
        new = [*rows[:2], rows[2] | {"person": "p4"}]
        years.fill(one, people=[*people, person("p4")], shareholders=new)
    ok(years.owner.act(ref, "request_signatures"))
    assert years.refusals(other) == ["sections_are_taken"]
    years.submit(ref)
    years.approve(ref)
    # What was to be changed is registered already.
    assert years.refusals(other) == ["nothing_changes"]
    ok(years.owner.act(other, "withdraw"))
    assert years.verdicts(code)[-1] == (2, "sample")
    agrees()


def _files_owners_and_a_liaison(years: Years, code: str) -> None:
    years.on(date(2027, 4, 19))
    ref = years.begun(code, "filing_of_items", "beneficial_owners", "liaison", event_on=date(2027, 3, 8))
    form = years.form(ref)
    years.fill(
        ref,
        contacts=form["contacts"] | {"liaison": {"person": "p4"}},
        owners={"basis": "listed", "listed": [owner("p1", "67.33")]},
    )
    years.submit(ref)
    assert years.name_is(OLD) == "reject"
    years.approve(ref)
    assert years.changed(ref).keys() == {"liaison", "beneficial_owners"}
    assert years.verdicts(code)[-1] == (2, "sample")
    assert value(years.register(code), "liaison") is None
    agrees()


def _loses_its_licence(years: Years, code: str) -> None:
    years.on(date(2027, 6, 14))
    for outcome in ("withdraw", "approve"):
        ref = years.begun(code, "licence_replacement", "lost")
        years.submit(ref)
        assert years.verdicts(code)[-1] == (2, "declared_void")
        if outcome == "withdraw":
            ok(years.owner.act(ref, outcome))
            assert years.verdicts(code)[-1] == (2, "sample")
    years.approve(ref)
    assert years.verdicts(code) == [(1, "superseded"), (2, "superseded"), (3, "sample")]
    agrees()


def _reduces_its_capital(years: Years, code: str) -> None:
    # Published on a Wednesday: the forty-fifth day is Saturday 2027-10-16, so the creditors have until Monday.
    years.on(date(2027, 10, 18))
    ref = years.begun(code, "change_of_registration", "reduction")
    form = years.form(ref)
    first, *others = form["shareholders"]
    told = {"way": "ordinary", "resolved_on": "2027-08-25", "told_on": "2027-08-30", "published_on": "2027-09-01"}
    years.fill(
        ref,
        reduction=told,
        capital=form["capital"] | {"amount_wan": "100"},
        shareholders=[first | {"lines": first["lines"][:1]}, *others],
        owners={"basis": "listed", "listed": [owner("p1", "51"), owner("p2", "29")]},
    )
    assert years.refusals(ref) == ["creditors_have_time"]
    years.on(date(2027, 10, 19))
    years.submit(ref)
    years.approve(ref)
    assert years.verdicts(code)[2:] == [(3, "superseded"), (4, "sample")]
    assert "reduction" not in years.form(years.begun(code, "change_of_registration", "scope"))
    agrees()


def _closes(years: Years, code: str) -> None:
    """A creditor objects to the first notice; the second ends by itself, and the company applies in time."""
    years.on(date(2027, 12, 1))
    first = _announced(years, code)
    years.on(date(2027, 12, 6))
    (notice,) = ok(years.stranger.get("/notices"))["items"]
    claim = {"name": "样例债权人有限公司", "contact": "13800000001", "reason": "还欠货款三十万元"}
    ok(years.stranger.post(f"/notices/{notice['notice']}/objections", json=claim), 201)
    assert (years.state(first), years.register(code)["state"]) == ("objected", "active")
    years.on(date(2027, 12, 20))
    second = _announced(years, code)
    assert years.register(code)["state"] == "notice_simple"
    # Twenty days end on Sunday 2028-01-09, so objections are heard until Monday.
    years.on(date(2028, 1, 10))
    assert years.refusals(second, "apply_after_notice") == ["wrong_state"]
    years.on(date(2028, 1, 11))
    assert years.verdicts(code)[-1] == (4, "sample")
    ok(years.owner.act(second, "apply_after_notice"))
    years.approve(second)
    assert years.verdicts(code) == [(edition, "revoked") for edition in (1, 2, 3, 4)]
    assert years.register(code)["state"] == "deregistered"
    (offered,) = ok(years.owner.get("/businesses"))["items"]
    assert not [one["matter"] for one in offered["matters"] if one["can_begin"]]
    agrees()


def _announced(years: Years, code: str) -> str:
    ref = years.begun(code, "simple_deregistration")
    years.fill(ref, closing=PROMISE)
    years.submit(ref)
    assert years.state(ref) == "noticed"
    return ref


def _its_name_is_free_after_a_year(years: Years, code: str) -> None:
    # The old name was given up in November 2026, this one with the registration on 2028-01-11.
    assert (years.name_is(OLD), years.name_is(NEW)) == ("pass", "reject")
    years.on(date(2029, 1, 10))
    assert years.name_is(NEW) == "reject"
    years.on(date(2029, 1, 11))
    assert years.name_is(NEW) == "pass"


def test_an_individual_business_is_handed_on_and_closed(years: Years, settings: Settings, clock: datetime) -> None:
    founded = scene("a licence of October", settings, lambda: issued(clock))
    code = sheets(founded)[0].code
    years.on(date(2027, 5, 10))
    ref = years.begun(code, "change_of_registration", "operator", "name")
    form = years.form(ref)
    years.fill(
        ref,
        people=[*form["people"], person("p2")],
        operator=form["operator"] | {"person": "p2"},
        name=form["name"] | {"trade": "枫桥望月"},
    )
    years.submit(ref)
    # Who held the business before still reaches it as its liaison, so the office reads both persons.
    assert [one["name"] for one in years.form(ref)["people"]] == [person(key)["name"] for key in ("p1", "p2")]
    years.approve(ref)
    assert years.changed(ref)["representative"] == person("p2")["name"]
    assert years.verdicts(code) == [(1, "superseded"), (2, "sample")]
    for day, name, operator in (("2027-05-09", "双溪样例", "p1"), ("2027-05-10", "枫桥望月", "p2")):
        read = years.register(code, on=day)
        assert (name in read["name"], value(read, "representative")) == (True, person(operator)["name"])
        assert f"{name}餐饮店</h1>" in years.stranger.client.get(f"/register/{code}?on={day}").text

    years.on(date(2028, 3, 1))
    first = _asked_to_close(years, code)
    objection = {"name": "样例债权人", "contact": "13800000001", "reason": "还有两期税款没有申报"}
    refused = years.stranger.post(f"/notices/{notice_of(first).ref}/objections", json=objection)
    assert refused.status_code == 404
    public_notices.object_to(notice_of(first).ref, ObjectionData(**objection), officer=tax_officer(), now=years.now)
    assert (years.state(first), years.register(code)["state"]) == ("objected", "active")

    years.on(date(2028, 4, 3))
    second = _asked_to_close(years, code)
    # Ten days end on 2028-04-13, a Thursday; the office decides without another step of the applicant.
    years.on(date(2028, 4, 14))
    assert years.state(second) == "submitted"
    years.approve(second)
    assert years.verdicts(code) == [(1, "revoked"), (2, "revoked")]
    assert years.register(code)["state"] == "deregistered"
    assert years.register(code, on="2028-04-13")["state"] == "active"
    agrees()


def _asked_to_close(years: Years, code: str) -> str:
    """Nothing is published of an individual business; the agencies are asked."""
    ref = years.begun(code, "simple_deregistration")
    years.fill(ref, closing=PROMISE)
    years.submit(ref)
    assert (years.state(ref), years.register(code)["state"]) == ("consulted", "active")
    assert ok(years.stranger.get("/notices"))["items"] == []
    return ref

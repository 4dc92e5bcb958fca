"""What a program sends is tidied when it enters: the same value is checked, stored, shown and reserved."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from registration import database
from registration.models import RegisteredName
from tests.fixtures.cases import company, person
from tests.registration.api.conftest import Program
from tests.registration.web.conftest import database_url

__all__ = ["database_url"]

LIN = "lin@example.cn"
SignIn = Callable[[str], Program]


@pytest.fixture
def lin(program: SignIn) -> Program:
    return program(LIN)


@pytest.fixture
def ref(lin: Program) -> str:
    answer = lin.post("/applications", json={"entity_type": "llc", "registrar": "330702"})
    return str(answer.json["ref"])


def reserved() -> list[str]:
    """What applications hold; the sample register holds names of its own."""
    with database.reading() as session:
        held = select(RegisteredName.name).where(RegisteredName.application_id != None)  # noqa: E711
        return list(session.exec(held).all())


def kept(lin: Program, ref: str, section: str) -> Any:
    return lin.get(f"/applications/{ref}").json["form"][section]


def test_a_name_with_look_alikes_and_blanks_is_reserved_as_it_is_stored(lin: Program, ref: str) -> None:
    name = company()["name"] | {"region": "⾦华市", "trade": " 听　雨 轩\u200b"}
    assert lin.put(f"/applications/{ref}/form/name", json=name).status_code == 200
    assert kept(lin, ref, "name") == company()["name"] | {"region": "金华市", "trade": "听雨轩"}
    assert reserved() == ["金华市听雨轩信息科技有限公司"] == [lin.get(f"/applications/{ref}").json["name"]]


@pytest.mark.parametrize("trade", ["听_澜", "听-澈，甲.", "听·澜", "听\ue863澜", "听\u202e澜"])
def test_a_trade_name_that_would_be_printed_otherwise_than_checked_is_refused(
    lin: Program, ref: str, trade: str
) -> None:
    answer = lin.put(f"/applications/{ref}/form/name", json=company()["name"] | {"trade": trade})
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json["errors"]] == ["name.trade"]
    assert kept(lin, ref, "name")["trade"] == trade
    assert reserved() == []


@pytest.mark.parametrize("judge", ["true", "false"])
def test_numbers_and_addresses_are_kept_tidied(lin: Program, ref: str, judge: str) -> None:
    number = person("p1")["id_no"]
    typed = person("p1") | {
        "id_no": " ".join(chr(ord(char) + 0xFEE0) for char in number),
        "mobile": "+86 138-0000-0001",
        "address": "浙江省金华市 婺城区样例路 １号",
    }
    domicile = company()["domicile"] | {"street": "金华市婺城区样例街道８８号", "phone": "（0579）82000000转801"}
    assert lin.put(f"/applications/{ref}/form/people?judge={judge}", json=[typed]).status_code == 200
    assert lin.put(f"/applications/{ref}/form/domicile?judge={judge}", json=domicile).status_code == 200
    assert kept(lin, ref, "people") == [
        person("p1") | {"mobile": "13800000001", "address": "浙江省金华市婺城区样例路 1号"}
    ]
    assert (kept(lin, ref, "domicile")["street"], kept(lin, ref, "domicile")["phone"]) == (
        "样例街道88号",
        "0579-82000000-801",
    )


def test_what_cannot_be_read_is_kept_as_it_was_typed(lin: Program, ref: str) -> None:
    typed = company()["domicile"] | {"phone": "打我 电话", "street": "a"}
    answer = lin.put(f"/applications/{ref}/form/domicile", json=typed)
    assert {error["path"] for error in answer.json["errors"]} == {"domicile.phone", "domicile.street"}
    assert kept(lin, ref, "domicile") == typed


def test_a_field_with_a_full_stop_is_refused_in_words(lin: Program, ref: str) -> None:
    for value in ({"a.b": "1"}, {"street": "x", "a.b": {"c": 1}}):
        answer = lin.call("PATCH", f"/applications/{ref}/form", json={"domicile": value})
        assert answer.status_code == 422
        assert "field.unknown" in {error["code"] for error in answer.json["errors"]}

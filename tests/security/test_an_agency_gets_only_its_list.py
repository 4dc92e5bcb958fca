"""An agency gets the fields and documents of its list: masked, while its part is open, and in full with a reason."""

import json
from collections.abc import Callable

import pytest
from sqlmodel import select

from registration import clock, database
from registration.models import AuditEntry, Part
from registration.operations.act import act
from registration.rules.city import city
from registration.rules.materials import material_kinds, materials_of_agency
from tests.fixtures.cases import actor_of, file_of, five_numbers, person, submitted
from tests.fixtures.visitor import Visitor, words
from tests.registration.api.conftest import Program

Sign = Callable[[str], Program]
LIN = "lin@example.cn"
KEYS = {
    "3301": "organization_code",
    "3302": "national_tax",
    "3303": "local_tax",
    "3304": "social_insurance",
    "3305": "statistics",
}
SECRETS = [
    person(key)[field]
    for key in ("p1", "p2", "p3")
    for field in ("id_no", "mobile", "address", "email")
    if field in person(key)
]


@pytest.fixture
def ref(app: object) -> str:
    """A company of the five-number model whose part waits at the code centre."""
    now = clock.now()
    ref = submitted("llc", five_numbers(), registrar="330784", actor=actor_of(LIN), now=now)
    for login, action in (("0417", "accept"), ("0418", "start"), ("0418", "approve")):
        act(ref, action, actor=actor_of(login), now=now, opinion="符合")
    return ref


def advance(ref: str, *logins: str, to: str = "assign") -> None:
    """Takes each officer's own part as far as `claim` or `assign`, whatever was done of it before."""
    with database.reading() as session:
        states = dict(session.exec(select(Part.key, Part.state)).all())
    for login in logins:
        for action in ("claim", "assign")[: 1 if to == "claim" else 2]:
            if (action, states[KEYS[login]]) != ("claim", "claimed"):
                act(ref, action, actor=actor_of(login), now=clock.now(), part=KEYS[login])


def materials(ref: str) -> dict[str, str]:
    needs = file_of(ref, actor=actor_of(LIN), now=clock.now()).needs
    return {one.kind: one.ref for need in needs for one in need.files}


def looks(tag: str) -> list[AuditEntry]:
    with database.reading() as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.tag == tag)).all())


def test_nothing_sensitive_is_shown_without_a_reason(ref: str, program: Sign, visit: Callable[..., Visitor]) -> None:
    advance(ref, "3301")
    for login, key in KEYS.items():
        shown = json.dumps(program(login).get(f"/applications/{ref}").json, ensure_ascii=False)
        page = visit(login).get(f"/agencies/cases/{ref}/{key}").text
        assert not [value for value in SECRETS if value in shown or value in page], login


def test_the_officer_who_holds_the_part_looks_with_a_reason(ref: str, program: Sign) -> None:
    advance(ref, "3301")
    tax = program("3302")
    look = {"path": "people.0.id_no", "reason": "核对法定代表人"}
    assert tax.post(f"/applications/{ref}/sensitive", json=look).status_code == 403
    advance(ref, "3302", to="claim")
    assert tax.post(f"/applications/{ref}/sensitive", json=look | {"reason": " "}).status_code == 422
    assert looks("sensitive:view") == []
    assert tax.post(f"/applications/{ref}/sensitive", json=look).json["value"] == person("p1")["id_no"]
    (line,) = looks("sensitive:view")
    assert (line.subject, line.data["reason"]) == ("staff:3302", "核对法定代表人")
    advance(ref, "3302", "3303", "3304")
    advance(ref, "3305", to="claim")
    statistics = program("3305")
    assert statistics.post(f"/applications/{ref}/sensitive", json=look).status_code == 404
    people = statistics.get(f"/applications/{ref}").json["form"].get("people", [])
    assert not [field for one in people for field in ("id_no", "mobile", "address", "email") if field in one]


def test_documents_are_on_the_list_or_are_not_there(ref: str, program: Sign) -> None:
    held = materials(ref)
    advance(ref, "3301")
    for login, agency in list(KEYS.items())[1:]:
        advance(ref, login, to="claim")
        officer, allowed = program(login), materials_of_agency(city().agency(agency))
        listed = officer.get(f"/applications/{ref}/materials").json["needs"]
        assert {need["kind"] for need in listed} <= allowed
        told = json.dumps([listed, officer.get(f"/applications/{ref}").json], ensure_ascii=False)
        for kind, material in held.items():
            assert (material in told) == (kind in allowed), (login, kind)
            assert officer.get(f"/applications/{ref}/materials/{material}").status_code == 403
            look = officer.post(f"/applications/{ref}/materials/{material}/look", json={"reason": "核对"})
            # The sample documents of this case have rows and no files.
            assert look.json["code"] == ("file" if kind in allowed else "not_found"), (login, kind)
        blank = officer.post(f"/applications/{ref}/materials/{held['articles']}/look", json={"reason": ""})
        assert blank.status_code == 422
        advance(ref, login)
    assert {line.subject for line in looks("material:view")} == {"staff:3302", "staff:3303"}


@pytest.mark.parametrize("agency", ["organization_code", "social_insurance", "statistics"])
def test_no_paper_tells_an_agency_what_its_fields_deny(agency: str) -> None:
    """Each of these papers names persons with their numbers or addresses, which these lists do not have."""
    assert not materials_of_agency(city().agency(agency)) & material_kinds()


def test_nothing_but_public_data_once_the_part_is_closed(
    ref: str, program: Sign, visit: Callable[..., Visitor]
) -> None:
    advance(ref, "3301", "3302")
    tax = program("3302")
    answer = tax.get(f"/applications/{ref}").json
    assert answer["needs"] == []
    told = json.dumps(answer, ensure_ascii=False)
    assert person("p1")["name"] in told
    assert "138****" not in told
    assert "****" not in told
    look = {"path": "people.0.id_no", "reason": "再看一眼"}
    assert tax.post(f"/applications/{ref}/sensitive", json=look).status_code == 403
    material = materials(ref)["articles"]
    assert tax.post(f"/applications/{ref}/materials/{material}/look", json={"reason": "再看"}).status_code == 403
    page = words(visit("3302").get(f"/agencies/cases/{ref}/national_tax"))
    assert "只显示公开的登记信息" in page


def test_another_agencys_objection_is_not_read(ref: str, program: Sign) -> None:
    advance(ref, "3301")
    advance(ref, "3302", to="claim")
    act(ref, "object", actor=actor_of("3302"), now=clock.now(), part="national_tax", reason="法定代表人为非正常户")
    for login in ("3301", "3303", "3304", "3305"):
        assert "非正常户" not in json.dumps(program(login).get(f"/applications/{ref}").json, ensure_ascii=False)
    assert "非正常户" in json.dumps(program("3302").get(f"/applications/{ref}").json, ensure_ascii=False)


def test_the_page_of_a_part_gives_a_value_and_a_document_for_a_reason(ref: str, visit: Callable[..., Visitor]) -> None:
    advance(ref, "3301")
    advance(ref, "3302", to="claim")
    tax, at = visit("3302"), f"/agencies/cases/{ref}/national_tax"
    assert "公司章程" in words(tax.get(at))
    path = {"path": "people.0.id_no"}
    assert "请写明为什么" in words(tax.post(f"{at}/reveal", data=path))
    assert person("p1")["id_no"] in tax.post(f"{at}/reveal", data=path | {"look.people.0.id_no": "核对"}).text
    material = materials(ref)["articles"]
    assert tax.post(f"{at}/document", data={"material": material}).status_code == 422
    tax.post(f"{at}/document", data={"material": material, f"look.{material}": "核对章程"})
    assert [line.data["kind"] for line in looks("material:view")] == ["articles"]

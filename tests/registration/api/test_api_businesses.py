"""Programs begin an application about a registered entity and read what it changes."""

from collections.abc import Callable

from registration.matters import founding_matters, matters
from tests.fixtures.licences import sheets
from tests.registration.api.conftest import Program
from tests.registration.api.test_api_ledger import database_url, ref

__all__ = ["database_url", "ref"]

Programs = Callable[[str], Program]


def test_a_program_changes_what_is_registered(program: Programs, ref: str) -> None:
    owner, code = program("lin@example.cn"), sheets(ref)[0].code
    (row,) = owner.get("/businesses").json["items"]
    offered = next(one for one in row["matters"] if "domicile" in one["items"])
    assert (row["code"], offered["can_begin"], offered["reasons"]) == (code, True, [])
    begun = owner.post(f"/businesses/{code}/applications", json={"matter": offered["matter"], "items": ["domicile"]})
    draft = begun.json["ref"]
    form = owner.get(f"/applications/{draft}").json["form"]
    owner.put(f"/applications/{draft}/form/domicile", json=form["domicile"] | {"street": "样例街道双溪路18号"})
    (change,) = owner.get(f"/applications/{draft}/register-changes").json["items"]
    assert (change["item"], change["before"][-5:], change["after"][-5:]) == ("domicile", "溪路16号", "溪路18号")
    refused = owner.put(f"/applications/{draft}/form/scope", json=form["scope"])
    assert (refused.status_code, refused.json["blockers"][0]["code"]) == (409, "section_not_chosen")
    chosen = owner.put(f"/applications/{draft}/chosen", json={"items": ["scope"]})
    assert (chosen.status_code, chosen.json["items"]) == (200, [])
    assert owner.get(f"/applications/{ref}/register-changes").json["items"] == []


def test_what_cannot_be_begun_is_refused(program: Programs, ref: str) -> None:
    owner, code = program("lin@example.cn"), sheets(ref)[0].code
    matter = next(one for one in matters() if one not in founding_matters())
    for body, refusal in (
        ({"matter": matter}, "chosen.nothing"),
        ({"matter": matter, "items": ["capital"]}, "choice.unknown"),
        ({"matter": founding_matters()[0], "items": []}, "choice.unknown"),
    ):
        answer = owner.post(f"/businesses/{code}/applications", json=body)
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, refusal), answer.json
    body = {"entity_type": "individual", "registrar": "330702", "matter": matter}
    assert owner.post("/applications", json=body).json["errors"][0]["code"] == "matter.of_business"
    other: Program = program("zhou@example.cn")
    assert other.get(f"/businesses/{code}").status_code == 404
    assert (
        other.post(f"/businesses/{code}/applications", json={"matter": matter, "items": ["scope"]}).status_code == 404
    )

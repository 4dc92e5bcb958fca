"""An objection through the API: points of an officer, the office's one notice, and the answer that the agency reads."""

from collections.abc import Callable

import pytest

from registration import clock
from tests.registration.api.conftest import Program
from tests.registration.web.test_agencies import NATIONAL, QUALITY, SOCIAL, WINDOW, with_the_agencies

Programs = Callable[[str], Program]
STREET = "section.domicile.street"


@pytest.fixture
def ref(app: object) -> str:
    return with_the_agencies(now=clock.now())


def take(program: Program, ref: str, action: str, part: str, **more: object) -> int:
    return program.act(ref, action, part=part, **more).status_code


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_points_go_into_the_notice_or_are_left_out_with_a_reason(ref: str, program: Programs) -> None:
    quality, tax, social, window = (program(login) for login in (QUALITY, NATIONAL, SOCIAL, WINDOW))
    take(quality, ref, "claim", "organization_code")
    take(quality, ref, "assign", "organization_code")
    mark = {"items": [{"target": STREET, "verdict": "bad", "problem": "门牌号不存在"}]}
    assert tax.put(f"/applications/{ref}/marks", json=mark).status_code == 403
    take(tax, ref, "claim", "national_tax")
    assert tax.put(f"/applications/{ref}/marks", json=mark).json["items"][0]["problem"] == "门牌号不存在"
    assert window.get(f"/applications/{ref}/marks").json["items"] == []
    hidden = {"items": [{"target": "section.owners", "verdict": "bad", "problem": "看不到"}]}
    assert tax.put(f"/applications/{ref}/marks", json=hidden).status_code == 422

    points = [
        {"target": STREET, "reason_code": "S08", "problem": "门牌号不存在", "remedy": ""},
        {"target": "section.name", "reason_code": "S07", "problem": "与在册单位同名", "remedy": ""},
    ]
    assert (
        take(tax, ref, "object", "national_tax", reason="两处有误", items=[points[0] | {"target": "section.owners"}])
        == 422
    )
    assert take(tax, ref, "object", "national_tax", reason="两处有误", items=points) == 200
    assert all(not part["objections"] for part in social.get(f"/applications/{ref}").json["parts"])

    shown = window.get(f"/applications/{ref}").json
    made = next(part for part in shown["parts"] if part["part"] == "national_tax")["objections"][0]
    street, name = (point["ref"] for point in made["points"])
    item = {"target": "section.domicile", "reason_code": "S08", "problem": "门牌号不存在", "remedy": "请核对"}
    body = {"items": [item | {"objection": street}]}
    forgotten = window.act(ref, "objection_upheld", **body)
    assert (forgotten.status_code, forgotten.json["errors"][0]["path"]) == (422, f"left_out.{name}")
    body["left_out"] = [{"objection": name, "reason": "名称已经人工核对"}]
    assert window.act(ref, "objection_upheld", **body).status_code == 200

    answered = next(p for p in tax.get(f"/applications/{ref}").json["parts"] if p["part"] == "national_tax")
    one = answered["objections"][0]
    assert (one["outcome"], one["answered_role"]) == ("upheld", "window")
    assert [(point["printed"], point["left_out"]) for point in one["points"]] == [
        ("门牌号不存在", ""),
        ("", "名称已经人工核对"),
    ]
    asked = program("zhou@example.cn").get(f"/applications/{ref}").json
    assert [row["agency"] for row in asked["correction"]["items"]] == ["national_tax"]
    assert "人工核对" not in str(asked)

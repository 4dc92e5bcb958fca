"""A registrar's own opinions and reasons: added, offered beside the standard ones, ordered, ended."""

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from registration import clock, database
from registration.errors import Forbidden, NotFound
from registration.models import OwnPhrase
from registration.operations import phrases
from registration.operations.act import act
from registration.queries import phrases as known
from registration.rules.norms import version_on
from registration.rules.reasons import rejection_reasons
from tests.fixtures.cases import actor_of, file_of, nameless, submitted
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
DIRECTOR, CLERK, ELSEWHERE, AUDITOR, SYSADMIN, LIN = "0320", "0318", "0220", "0903", "0904", "lin@example.cn"
APPROVER = "0319"
PAGE, MATTER = "/desk/phrases", "establishment"
REFUSAL = {"kind": "refusal", "matter": MATTER, "words.zh": "申请的项目不在允许范围", "law": "MR 20"}
OPINION = {"kind": "opinion", "matter": MATTER, "action": "approve"}


def last() -> OwnPhrase:
    with database.reading() as session:
        return session.exec(select(OwnPhrase).order_by(col(OwnPhrase.id).desc())).all()[0]


def claimed() -> str:
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    return ref


def test_an_opinion_is_offered_beside_the_standard_ones_until_it_is_ended(visit: Visit) -> None:
    ref, director, clerk = claimed(), visit(DIRECTOR), visit(CLERK)
    empty = director.post(PAGE, data=OPINION | {"words.zh": " ", "words.en": "kept words"})
    assert empty.status_code == 422
    assert "kept words" in empty.text
    for text in ("已经电话核实，准予登记。", "现场看过，准予登记。"):
        added = director.post(PAGE, data=OPINION | {"words.zh": text})
        assert added.status_code == 303
    second = last()
    page = clerk.get(f"/desk/cases/{ref}").text
    assert page.index("已经电话核实") < page.index("现场看过")
    assert page.index("符合法定形式，准予登记") < page.index("已经电话核实")
    assert director.post(f"{PAGE}/{second.ref}", step="up").status_code == 303
    page = clerk.get(f"/desk/cases/{ref}").text
    assert page.index("现场看过") < page.index("已经电话核实")
    version = str(file_of(ref, actor=actor_of(LIN), now=clock.now()).case.version)
    taken = {"version": version, "opinion_of.approve": known.code_of(second)}
    assert clerk.post(f"/desk/cases/{ref}/act/approve", data=taken).status_code == 303
    assert director.post(f"{PAGE}/{second.ref}", step="end").status_code == 303
    assert director.post(f"{PAGE}/{second.ref}", step="end").status_code == 409
    assert "现场看过" in words(clerk.get(f"/desk/cases/{ref}/history"))
    assert "现场看过" not in clerk.get(f"/desk/cases/{claimed()}").text
    audit = words(visit(AUDITOR).get("/admin/audit?tag=phrase:"))
    assert all(said in audit for said in ("新增意见或者理由", "调整次序", "停用意见或者理由", "before.status: used"))


def test_a_correction_reason_is_chosen_for_a_notice_and_only_at_its_registrar(visit: Visit) -> None:
    ref, director = claimed(), visit(DIRECTOR)
    data = {"kind": "correction", "matter": MATTER, "words.zh": "租赁合同没有签名", "words.en": "The lease is unsigned"}
    assert director.post(PAGE, data=data).status_code == 422
    assert director.post(PAGE, data=data | {"remedy.zh": "请双方签名后重新上传"}).status_code == 303
    code = known.code_of(last())
    assert code in visit(CLERK).get(f"/desk/cases/{ref}").text
    item = {"target": "section.scope", "reason_code": code, "problem": "没有签名", "remedy": "请签名"}
    outcome = act(
        ref, "request_correction", actor=actor_of(CLERK), now=clock.now(), items=[item | {"material_ref": ""}]
    )
    assert outcome.target != outcome.source
    elsewhere = submitted("individual", nameless(), registrar="330701", actor=actor_of(LIN), now=clock.now())
    act(elsewhere, "claim", actor=actor_of("0218"), now=clock.now())
    assert code not in visit("0218").get(f"/desk/cases/{elsewhere}").text


def test_a_reason_to_refuse_needs_law_in_force_and_a_second_person(visit: Visit) -> None:
    ref, director, approver = claimed(), visit(DIRECTOR), visit(APPROVER)
    for law, told in (("", "请写明依据"), ("XX 1", "没有收录"), ("CRR 53", "现在不施行")):
        answer = director.post(PAGE, data=REFUSAL | {"law": law})
        assert answer.status_code == 422, law
        assert told in words(answer)
    assert director.post(PAGE, data=REFUSAL).status_code == 303
    row = last()
    code = known.code_of(row)
    assert code not in rejection_reasons(MATTER)
    assert director.post(f"{PAGE}/{row.ref}", step="confirm").status_code == 403
    assert approver.post(f"{PAGE}/{row.ref}", step="refuse").status_code == 422
    assert approver.post(f"{PAGE}/{row.ref}", step="confirm").status_code == 303
    assert code in visit(CLERK).get(f"/desk/cases/{ref}/ask/reject").text
    act(
        ref, "reject", actor=actor_of(CLERK), now=clock.now(), reason_code=code, reason="查明不在范围", opinion="不符合"
    )
    told = words(visit(LIN).get(f"/applications/{ref}"))
    assert "申请的项目不在允许范围" in told
    approver.post(f"{PAGE}/{row.ref}", step="end")
    assert "申请的项目不在允许范围" in words(visit(LIN).get(f"/applications/{ref}"))
    other = claimed()
    assert code not in visit(CLERK).get(f"/desk/cases/{other}/ask/reject").text


def test_who_may_not_change_them(visit: Visit) -> None:
    visit(DIRECTOR).post(PAGE, data=OPINION | {"words.zh": "已经核实。"})
    row = last()
    clerk = visit(CLERK)
    assert "已经核实" in words(clerk.get(PAGE))
    assert clerk.post(PAGE, kind="opinion").status_code == 403
    assert clerk.post(f"{PAGE}/{row.ref}", step="end").status_code == 403
    assert visit(ELSEWHERE).post(f"{PAGE}/{row.ref}", step="end").status_code == 404
    for login in (SYSADMIN, AUDITOR, LIN):
        assert visit(login).get(PAGE).status_code == 403
    with pytest.raises(NotFound):
        phrases.end(row.ref, actor=actor_of(ELSEWHERE), now=clock.now())
    with pytest.raises(Forbidden):
        phrases.end(row.ref, actor=actor_of(CLERK), now=clock.now())


@pytest.mark.parametrize("kind", ["opinion", "correction", "refusal"])
def test_the_standard_ones_are_shown_with_their_source(visit: Visit, kind: str) -> None:
    page = words(visit(CLERK).get(f"{PAGE}?kind={kind}"))
    assert "reasons.yaml" in page or "opinions.yaml" in page
    assert version_on("MR", clock.local_date(clock.now())) is not None

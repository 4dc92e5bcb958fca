"""Issued licences at the desk: what a page offers to whom, and what comes of a button."""

from collections.abc import Callable

from registration import clock
from registration.gateways.storage import storage
from registration.settings import Settings
from tests.fixtures.licences import APPROVER, CLERK, LICENSING, WINDOW, events, logged, sheets, statuses
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]


def test_the_file_s_page_leads_to_its_licence(visit: Visit, ref: str) -> None:
    clerk = visit(CLERK)
    assert f'href="/desk/cases/{ref}/licence"' in clerk.get(f"/desk/cases/{ref}").text
    page = clerk.get(f"/desk/cases/{ref}/licence")
    sheet = sheets(ref)[0]
    assert sheet.serial in page.text
    assert (sheet.sha256 or "")[:16] in page.text
    assert "正在写入" in words(page)
    logged(clock.now())
    visit().get(f"/v/{sheet.ref}")
    page = clerk.get(f"/desk/cases/{ref}/licence")
    assert 'href="/log/1"' in page.text
    assert "二维码" in words(page)


def test_revoked_by_two_from_proposal_to_decision(visit: Visit, ref: str) -> None:
    clerk, approver = visit(CLERK), visit(APPROVER)
    path = f"/desk/cases/{ref}/licence"
    empty = clerk.post(f"{path}/propose", data={"kind": "revoke", "revoke.opinion": "出租执照"})
    assert empty.status_code == 422
    assert "请选择原因" in words(empty)
    assert "出租执照" in empty.text
    given = {"kind": "revoke", "revoke.reason_code": "V02", "revoke.opinion": "出租执照，已核实"}
    assert clerk.post(f"{path}/propose", data=given).status_code == 303
    assert "您的提议，等别人决定" in words(clerk.get("/desk/licences"))
    assert "同意，立即生效" not in words(clerk.get(path))
    waiting = approver.get("/desk/licences")
    assert f'href="{path}"' in waiting.text
    page = approver.get(path)
    assert "出租执照，已核实" in words(page)
    decision = {"proposal": value_of(page, "proposal") or ""}
    refused = approver.post(f"{path}/decide", data=decision | {"decision": "refuse"})
    assert (refused.status_code, "请写明理由" in words(refused)) == (422, True)
    assert approver.post(f"{path}/decide", data=decision | {"decision": "confirm"}).status_code == 303
    assert {status for _edition, _paper, status in statuses(ref)} == {"revoked"}
    late = approver.post(f"{path}/decide", data=decision | {"decision": "confirm"})
    assert (late.status_code, "已经有人决定" in words(late)) == (409, True)
    told = words(clerk.get(f"/desk/cases/{ref}/history"))
    assert "执照失效" in told
    assert "V02 伪造、涂改、出租、出借、转让营业执照" in told
    again = {"kind": "reinstate", "reinstate.reason_code": "B02", "reinstate.opinion": "复议决定撤销"}
    assert clerk.post(f"{path}/propose", data=again).status_code == 303
    decision = {"proposal": value_of(approver.get(path), "proposal") or "", "decision": "confirm"}
    approver.post(f"{path}/decide", data=decision)
    assert {status for _edition, _paper, status in statuses(ref)} == {"issued"}


def test_an_error_is_corrected_by_two_and_the_history_shows_what_changed(visit: Visit, ref: str) -> None:
    licensing, approver, path = visit(LICENSING), visit(APPROVER), f"/desk/cases/{ref}/licence"
    old = sheets(ref)[0].particulars
    typed = {"correct.reason_code": "E05", "correct.opinion": "录入有误", "correct.changes.representative": "江暮云"}
    refused = licensing.post(f"{path}/correct", data=typed)
    assert (refused.status_code, "请写明哪份材料" in words(refused)) == (422, True)
    assert "江暮云" in refused.text
    assert licensing.post(f"{path}/correct", data=typed | {"correct.evidence": "身份证明"}).status_code == 303
    change = f"{old['representative']} → 江暮云"
    page = approver.get(path)
    assert change in words(page)
    decision = {"proposal": value_of(page, "proposal") or "", "decision": "confirm"}
    assert licensing.post(f"{path}/decide", data=decision).status_code == 403
    assert approver.post(f"{path}/decide", data=decision).status_code == 303
    work_off()
    new = sheets(ref, edition=2)
    assert new[0].particulars["representative"] == "江暮云"
    assert new[0].particulars["general_items"] == old["general_items"]
    history = words(approver.get(f"/desk/cases/{ref}/history"))
    assert history.count(change) == 2
    assert "同意更正，制作新版执照" in history


def test_printed_again_it_is_the_stored_file(visit: Visit, ref: str, settings: Settings) -> None:
    sheet = sheets(ref)[0]
    path = f"/desk/cases/{ref}/licence/{sheet.ref}/reprint"
    answer = visit(WINDOW).post(path)
    assert answer.data == storage(settings).get(sheet.storage_key or "")
    assert sheets(ref)[0].reprints == 1
    assert visit(CLERK).post(path).status_code == 403
    assert visit("0217").post(path).status_code == 404


def test_nobody_is_shown_what_they_may_not_do(visit: Visit, ref: str) -> None:
    page = words(visit(WINDOW).get(f"/desk/cases/{ref}/licence"))
    assert "换发新版" not in page
    assert "提议，交另一人决定" not in page
    posted = visit(WINDOW).post(f"/desk/cases/{ref}/licence/propose", data={"kind": "revoke"})
    assert posted.status_code == 403
    assert list(events()) == ["issue", "issue"]

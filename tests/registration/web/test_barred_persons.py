"""Persons whom a loaded list bars from offices, and those with the same office elsewhere; overriding a check."""

import zlib
from collections.abc import Callable
from io import BytesIO

from sqlmodel import col, select

from registration import clock, database
from registration.keys.field_encryption import blind_index
from registration.models import AuditEntry, BarredPerson, Entity, EntityOffice, SettingChange
from registration.operations import barred
from registration.operations.act import act
from tests.fixtures.cases import actor_of, company, individual, person, state_owned, submitted
from tests.fixtures.office import CLERK, DIRECTOR, LIN, WINDOW, case_of, taken
from tests.fixtures.visitor import Answer, Visitor, words
from tests.registration.web.test_checks import checks_in, neighbours

Visit = Callable[..., Visitor]
HEADER = "姓名,证件类型,证件号码,事由,起,止,来源\n"
DEFAULTER = "个人因所负数额较大债务到期未清偿被人民法院列为失信被执行人"


def load(*rows: tuple[str, str, str, str], name: str = "法院") -> barred.Loaded:
    """Each row: key of the sample person, ground, first and last day."""
    lines = [
        f"{person(key)['name']},resident_id,{person(key)['id_no']},{ground},{since},{until},（2026）浙07执1号\n"
        for key, ground, since, until in rows
    ]
    return barred.load((HEADER + "".join(lines)).encode(), list_name=name, by="staff:0320", now=clock.now())


def held() -> str:
    now = clock.now()
    ref = submitted("llc", company(), registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    return ref


def override(visitor: Visitor, ref: str, key: str, reason: str) -> Answer:
    version = str(case_of(ref).version)
    return visitor.post(f"/desk/cases/{ref}/checks/{key}/override", version=version, data={f"override.{key}": reason})


def test_a_barred_person_stops_the_case_until_the_list_has_him_no_more(visit: Visit) -> None:
    ref, clerk = held(), visit(CLERK)
    assert "还没有载入限制任职人员的名单，没有核对" in words(clerk.get(f"/desk/cases/{ref}"))
    listed = ("p1", "debt", "2026-03-01", ""), ("p3", "crime", "2025-01-01", "2030-01-01")
    assert load(*listed, ("p2", "crime", "2019-01-01", "2020-01-01")) == barred.Loaded(3, 0, 0)
    page = words(clerk.get(f"/desk/cases/{ref}"))
    assert (
        f"苏知禾不得担任法定代表人、董事、经理、财务负责人：{DEFAULTER}，2026年3月1日起。来源：（2026）浙07执1号"
        in page
    )
    assert "《公司法》第一百七十八条第五项" in page
    assert "江暮云（股东）在限制任职的名单上，法律没有限制这个职务" in page
    assert "周远舟不得" not in page
    assert "法律没有留余地" in page
    assert taken(ref, clerk, "approve", opinion="符合") == 409
    assert "法律对这一项没有留余地" in words(override(clerk, ref, "person_barred.p1.debt", "已还清"))
    mine = words(visit(LIN).get(f"/applications/{ref}"))
    assert "登记机关正在核对人员的任职资格" in mine
    assert "失信" not in mine
    assert "限制任职" not in mine
    assert load(listed[1]) == barred.Loaded(0, 2, 1)
    assert taken(ref, clerk, "approve", opinion="符合") == 303


def test_the_list_is_kept_as_keyed_hashes_and_its_load_is_recorded(visit: Visit) -> None:
    visit()
    load(("p1", "debt", "2026-03-01", ""))
    with database.reading() as session:
        kept = str(session.exec(select(BarredPerson)).one().model_dump())
        line = session.exec(select(AuditEntry).where(AuditEntry.tag == "barred:load")).one()
    assert "苏知禾" not in kept
    assert person("p1")["id_no"] not in kept
    assert line.subject == "staff:0320"
    assert line.data["added"] == 1
    assert len(line.data["sha256"]) == 64


def test_a_director_loads_a_list_on_a_page_and_nobody_else(visit: Visit) -> None:
    assert visit(CLERK).get("/desk/barred").status_code == 403
    director = visit(DIRECTOR)
    wrong = director.post("/desk/barred", list="失信", file=(BytesIO(f"{HEADER}苏知禾,card".encode()), "list.csv"))
    assert wrong.status_code == 422
    assert "第2行：应当有7列，现在2列" in words(wrong)
    assert 'value="失信"' in wrong.text
    assert "请选择名单文件" in words(director.post("/desk/barred", list="失信"))
    row = f"苏知禾,resident_id,{person('p1')['id_no']},debt,2026-03-01,,法院\n"
    file = (BytesIO(f"{HEADER}{row}".encode()), "list.csv")
    mute = director.post("/desk/barred", list="失信", file=file)
    assert mute.status_code == 422
    assert "请写明理由" in words(mute)
    file = (BytesIO(f"{HEADER}{row}".encode()), "list.csv")
    assert director.post("/desk/barred", list="失信", reason="法院来函", file=file).status_code == 303
    page = words(director.get("/desk/barred"))
    assert "等本机关另一位核准人或者负责人同意" in page
    assert "还没有载入名单" in page
    assert "330702 失信" in page
    assert "苏知禾" not in page


def proposed() -> SettingChange:
    with database.reading() as session:
        return session.exec(select(SettingChange).order_by(col(SettingChange.id).desc())).all()[0]


def test_another_head_decides_on_a_list_with_its_figures_before_it_counts(visit: Visit) -> None:
    ref, director, approver = held(), visit(DIRECTOR), visit("0319")
    row = f"{HEADER}苏知禾,resident_id,{person('p1')['id_no']},debt,2026-03-01,,法院\n"
    director.post("/desk/barred", list="失信", reason="法院来函", file=(BytesIO(row.encode()), "list.csv"))
    change = f"/desk/barred/changes/{proposed().ref}"
    assert person("p1")["id_no"].encode() not in zlib.decompress(proposed().content or b"")
    assert "限制任职 1" in words(approver.get("/desk/barred"))
    assert checks_in(visit(), ref).get("person_barred.p1.debt") is None
    assert director.post(change, decision="confirm").status_code == 403
    assert visit("0420").post(change, decision="confirm").status_code == 404
    assert visit(CLERK).post(change, decision="confirm").status_code == 403
    assert "请写明理由" in words(approver.post(change, decision="refuse"))
    shown = words(approver.get("/desk/barred"))
    assert "新增1不再限制0不变0" in shown
    assert proposed().after["sha256"] in shown
    assert approver.post(change, decision="confirm").status_code == 303
    assert checks_in(visit(), ref)["person_barred.p1.debt"]["verdict"] == "bad"
    assert proposed().content is None
    assert approver.post(change, decision="confirm").status_code == 409
    with database.reading() as session:
        tags = session.exec(select(AuditEntry.tag, AuditEntry.subject).order_by(col(AuditEntry.id).desc())).all()[:3]
    assert ("barred:load", "staff:0320") in tags
    assert ("setting:confirm", "staff:0319") in tags


def test_a_list_that_was_loaded_otherwise_meanwhile_is_proposed_anew(visit: Visit) -> None:
    director, approver = visit(DIRECTOR), visit("0319")
    row = f"{HEADER}苏知禾,resident_id,{person('p1')['id_no']},debt,2026-03-01,,法院\n"
    director.post("/desk/barred", list="法院", reason="来函", file=(BytesIO(row.encode()), "list.csv"))
    load(("p3", "crime", "2025-01-01", "2030-01-01"), name="330702 法院")
    stale = approver.post(f"/desk/barred/changes/{proposed().ref}", decision="confirm")
    assert stale.status_code == 422
    assert "这项设置又变了，请退回这一项" in words(stale)
    assert proposed().status == "open"


def test_where_law_leaves_room_a_reason_lets_the_case_go_on(visit: Visit) -> None:
    load(("p1", "other", "2026-03-01", ""))
    ref, clerk, key = held(), visit(CLERK), "person_barred.p1.other"
    assert override(visit(WINDOW), ref, key, "已核实").status_code == 409
    missing = override(clerk, ref, key, " ")
    assert missing.status_code == 422
    assert f'href="#override.{key}"' in missing.text
    done = words(override(clerk, ref, key, "已与名单单位核实，不影响"))
    assert "已记录理由" in done
    assert "已说明理由 0318号" in done
    assert "已与名单单位核实，不影响" in done
    assert checks_in(visit(), ref)[key]["override"] | {"at": ""} == {
        "reason": "已与名单单位核实，不影响",
        "by": "0318",
        "at": "",
    }
    assert "现在没有不符合" in words(override(clerk, ref, key, "再来一次"))
    history = words(clerk.get(f"/desk/cases/{ref}/history"))
    assert "对一项自动检查说明理由后继续办理" in history
    assert "已与名单单位核实" not in words(visit(LIN).get(f"/applications/{ref}"))
    assert taken(ref, clerk, "approve", opinion="符合") == 303


def test_offices_elsewhere_are_to_look_at_where_law_limits_them(visit: Visit) -> None:
    now = clock.now()
    ref = submitted("llc_state", state_owned(), registrar="330702", actor=actor_of(LIN), now=now)
    neighbours(6)
    with database.transaction() as session:
        for entity in session.exec(select(Entity)).all():
            number = blind_index(person("p1")["id_no"])
            session.add(EntityOffice(entity_id=entity.id, capacity="supervisor", number_hash=number))
    row = checks_in(visit(), ref)["person_elsewhere.p1"]
    assert (row["verdict"], row["count"], len(row["entities"])) == ("warn", 6, 5)
    assert row["message"] == "苏知禾还在其他6户任职或者出资（监事），法律对此有限制，请核对"
    assert row["law"] == ["《公司法》第一百七十五条"]


def test_who_holds_the_same_office_elsewhere_is_shown_with_the_register_entry(visit: Visit, ref: str) -> None:
    with database.reading() as session:
        assert [one.capacity for one in session.exec(select(EntityOffice)).all()] == ["operator"]
    form = individual(trade="听禾云岫")
    other = submitted("individual", form, registrar="330702", actor=actor_of(LIN), now=clock.now())
    page = visit(CLERK).get(f"/desk/cases/{other}")
    assert "苏知禾还担任其他1户的相同职务（经营者）" in words(page)
    assert "/check?q=" in page.text
    assert "同一住所已登记1户" in words(page)

"""A case that was filed before the form asked for more can still be corrected and sent again."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.errors import ActionRefused
from registration.models import Application
from registration.operations import apply
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.cases import actor_of, file_of, individual, sign_all, submitted

LIN, CLERK = "lin@example.cn", "0318"


def test_what_the_form_asks_for_since_is_open_beside_what_the_notice_names(office: Settings, clock: datetime) -> None:
    lin = actor_of(LIN)
    ref = submitted("individual", individual(), registrar="330702", actor=lin, now=clock)
    contacts = {**individual()["contacts"], "liaison": {"person": "p1", "email": "liaison@example.cn"}}
    with database.transaction() as session:
        case = session.execute(select(Application).where(col(Application.ref) == ref)).scalar_one()
        case.form = {section: value for section, value in case.form.items() if section != "contacts"}
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    item = {"target": "section.scope", "reason_code": "S09", "problem": "范围不清", "remedy": "请重选"}
    act(ref, "request_correction", actor=actor_of(CLERK), now=clock, items=[item], opinion="请补正")
    opened = {task.section.key for task in file_of(ref, actor=lin, now=clock).tasks if task.open}
    assert opened == {"scope", "contacts"}
    apply.save_section(ref, "contacts", contacts, actor=lin, now=clock)
    apply.save_section(ref, "contacts", contacts, actor=lin, now=clock)
    with pytest.raises(ActionRefused):
        apply.save_section(ref, "domicile", individual()["domicile"], actor=lin, now=clock)
    kept = file_of(ref, actor=lin, now=clock)
    both = {"contacts": contacts | {"phone": "13900000000"}, "domicile": individual()["domicile"]}
    with pytest.raises(ActionRefused):
        apply.save_sections(ref, both, actor=lin, now=clock)
    seen = file_of(ref, actor=lin, now=clock)
    assert (seen.case.version, dict(seen.form)) == (kept.case.version, dict(kept.form))
    sign_all(ref, actor=lin, now=clock)
    assert file_of(ref, actor=lin, now=clock).case.state != "correction_requested"

"""Sample papers of a letterhead: a licence and a notice of an invented firm, always marked as samples."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import Session, col

from certificates import numbers
from certificates.paper.papers import Paper
from certificates.particulars import Particulars
from registration.actor import Actor
from registration.errors import NotFound
from registration.models import RegistrarProfile
from registration.queries.papers import framed
from registration.queries.registrar_profiles import PrintedProfile, one, shown
from registration.rules.city import city
from registration.rules.entity_types import entity_type_keys
from registration.settings import settings

# Outside the range of the code centre.
BODY = "MAT0"


def licence_with(head: PrintedProfile, *, on: date) -> dict[str, Any]:
    """The particulars of a duplicate that would be issued on this day."""
    code = numbers.make_organization_code(numbers.organization_body(1, prefix=BODY))
    particulars = Particulars(
        entity_type=entity_type_keys()[0],
        name=city().samples.licence.firm,
        type_text="有限责任公司（自然人投资或控股）",
        representative="苏知禾",
        capital=Decimal(5_000_000),
        domicile=city().samples.licence.domicile,
        general_items=("茶叶种植", "农副产品销售", "日用陶瓷制品销售"),
        licensed_items=("茶叶制品生产", "餐饮服务"),
        founded_on=on,
        issued_on=on,
        registrar=head.name_zh,
        uscc=numbers.make_uscc(code, region=head.registrar_code, category="1"),
        serial=f"{head.registrar_code}{on:%Y%m%d}0001",
        check_url=f"{settings().public_url}/v/sample",
        check_host=f"{urlsplit(settings().public_url).netloc}/v",
        seal_place=head.seal_place or None,
        seal=head.seal,
    )
    return particulars.model_dump(mode="json", exclude_none=True)


def notice_with(head: PrintedProfile, *, on: date) -> dict[str, Any]:
    """A notice of corrections that would be issued on this day."""
    rows = (("公司章程", "第六条的出资额合计与注册资本不一致。", "核对后修改，重新上传。", "公司法第四十六条"),)
    words = (("您的申请已经审查，有1处需要补正，全部列在下表。",), rows, ("补正后重新计算办理期限。",))
    facts = {"applicant": "苏知禾", "reference": f"HY-{on.year}-000001", "name": city().samples.licence.firm}
    number = f"{on.year}-0017"
    paper: Paper = framed(head, "correction", words=words, facts=facts, number=number, ref="sample", on=on)
    return paper.model_copy(update={"sample": True}).model_dump(mode="json", exclude_none=True)


SAMPLES = {"licence": licence_with, "notice": notice_with}


def samples_of(session: Session, ref: str) -> tuple[dict[str, dict[str, Any]], bytes | None]:
    """The content of each sample on the first day of this letterhead, and the picture of its seal."""
    row = session.scalars(select(RegistrarProfile).where(col(RegistrarProfile.ref) == ref)).one()
    return _sample_texts(row), row.seal_image if shown(row).seal else None


def sample_of(session: Session, ref: str, kind: str, *, actor: Actor) -> dict[str, Any]:
    """The content of one sample, if the actor may see it. NotFound for an unknown kind."""
    samples = _sample_texts(one(session, ref, actor=actor))
    if kind not in samples:
        raise NotFound(sheet=kind)
    return samples[kind]


def _sample_texts(row: RegistrarProfile) -> dict[str, dict[str, Any]]:
    return {kind: build(shown(row), on=row.valid_from) for kind, build in SAMPLES.items()}

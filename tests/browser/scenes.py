"""Cases in every state that a page can show, made behind the pages of a running deployment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import select

from registration import clock, database
from registration.gateways.storage import storage
from registration.models import Webhook
from registration.operations import (
    apply,
    misuse,
    published_voices,
    registrar_profiles,
    setting_decisions,
    sign,
    voices,
    webhook_consent,
    webhooks,
)
from registration.operations.act import act
from registration.operations.registrar_profiles import ProfileProposal
from registration.operations.voices import VoiceData
from registration.rules.webhook_consent import CALLBACK_PATH, MISSING
from registration.settings import Settings
from tests.browser.applying import pdf
from tests.fixtures.cases import actor_of, company, draft, file_of, five_numbers, sign_all

OWNER = "zhou@example.cn"
EXAMINER, APPROVER, DIRECTOR = "0218", "0219", "0220"
FAULTS = (
    {"target": "section.domicile", "reason_code": "S08", "problem": "住所没有写到室", "remedy": "请补充室号"},
    {"target": "material.premises_title", "reason_code": "S01", "problem": "照片太暗", "remedy": "请重新拍照"},
)
# Names as unlike as they can be, for a register that refuses what is near.
TRADES = {
    "whole": "松间照石",
    "faulty": "半亩方塘",
    "signing": "蓑烟任平",
    "submitted": "青梅煮酿",
    "claimed": "柳暗汀洲",
    "correction": "晚来添薪",
    "corrected": "空山叩玉",
    "pending": "竹喧归渔",
    "rejected": "沧海拾贝",
    "withdrawn": "墨池飞白",
    "misused": "寒江独钓",
    "issued": "鹤汀凫渚",
    "agencies": "锦瑟华年",
}


@dataclass(frozen=True)
class Scenes:
    """`refs` by the names of TRADES; `link` opens the signing page of the first signer, `voices` are one open and one
    answered. `receivers` of events: one that gets them, and one that does not agree; `callback` is of the first."""

    refs: dict[str, str]
    link: str
    letterhead: str
    now: datetime
    voices: tuple[str, str]
    receivers: tuple[str, str]
    callback: str


def make(settings: Settings) -> Scenes:
    now = clock.now()
    refs = {name: _draft(settings, name, now=now) for name in TRADES}
    refs["begun"] = apply.start(entity_type="llc_single", registrar_code="330701", actor=actor_of(OWNER), now=now)
    apply.keep_typed(refs["faulty"], "domicile", {"street": "一号", "phone": "12"}, actor=actor_of(OWNER), now=now)
    act(refs["withdrawn"], "withdraw", actor=actor_of(OWNER), now=now)
    for name in ("signing", "misused"):
        act(refs[name], "request_signatures", actor=actor_of(OWNER), now=now)
    _report(refs["misused"], now=now)
    for name in ("submitted", "claimed", "correction", "corrected", "pending", "rejected", "issued", "agencies"):
        sign_all(refs[name], actor=actor_of(OWNER), now=now)
    _examine(refs, now=now)
    _share(refs["agencies"], now=now)
    links = sign.links_for(refs["signing"], actor=actor_of(OWNER), now=now)
    link = f"/sign/{_link_of_first(refs['signing'], links, now=now)}"
    receivers = _receiver("小程序网关", now), _receiver("短信平台", now)
    callback = _events(*receivers, now=now)
    return Scenes(refs, link, _letterhead(now), now, _voices(now), receivers, callback)


def _receiver(name: str, now: datetime) -> str:
    url, admin = f"https://{len(name)}.example.cn/events", actor_of("0904")
    proposed = webhooks.propose(name, url, ["case.decided"], reason="方便群众", asks_consent=True, actor=admin, now=now)
    setting_decisions.decide(proposed.ref, "confirm", actor=actor_of("0901"), now=now)
    with database.reading() as session:
        return session.scalars(select(Webhook.ref).where(Webhook.name == name)).one()


def _events(gets: str, refuses: str, *, now: datetime) -> str:
    """Test events for both, one of which has no secret yet, so that it is not asked again."""
    for ref in (gets, refuses):
        webhooks.give_secret(ref, actor=actor_of("0904"), now=now)
        webhooks.send_test(ref, actor=actor_of("0904"), now=now)
    with database.transaction() as session:
        hook = session.scalars(select(Webhook).where(Webhook.ref == refuses)).one()
        hook.secret, hook.consent, hook.consent_at, hook.consent_said, hook.consent_tries = None, MISSING, now, "405", 3
        first = session.scalars(select(Webhook).where(Webhook.ref == gets)).one()
        return f"{CALLBACK_PATH}{webhook_consent.callback_of(first, now=now)}"


def _voices(now: datetime) -> tuple[str, str]:
    """An open complaint, and an answered question with a text that waits for the second person."""
    complaint, question = (
        voices.file(VoiceData(kind, "330701", "窗口几点开门？"), now=now) for kind in ("complaint", "question")
    )
    examiner = actor_of(EXAMINER)
    voices.answer(question, words="八点半。", actor=examiner, now=now)
    published_voices.propose(question, question="几点开门？", answer="八点半。", actor=examiner, now=now)
    return complaint, question


def _letterhead(now: datetime) -> str:
    """A proposal of the director that waits for the approver."""
    text = {
        "name_zh": "金华市行政审批局",
        "name_en": "Approval Bureau",
        "number_prefix": "金行审",
        "reason": "机构更名",
    }
    director = actor_of(DIRECTOR)
    ref = registrar_profiles.prepare(ProfileProposal(text, date(2040, 1, 1)), actor=director, now=now).ref
    registrar_profiles.propose(ref, actor=director, now=now)
    return ref


def _draft(settings: Settings, name: str, *, now: datetime) -> str:
    five = name == "agencies"
    form = five_numbers(trade=TRADES[name]) if five else company(trade=TRADES[name])
    registrar = "330784" if five else "330701"
    return draft("llc", form, registrar=registrar, actor=actor_of(OWNER), now=now, document=_stored_in(settings))


def _stored_in(settings: Settings) -> Callable[[str], bytes]:
    """Documents that can be looked at, kept where the pages look for them."""

    def made(kind: str) -> bytes:
        content = pdf(kind)
        storage(settings).put(f"materials/{sha256(content).hexdigest()}.pdf", content)
        return content

    return made


def _examine(refs: dict[str, str], *, now: datetime) -> None:
    examiner, approver = actor_of(EXAMINER), actor_of(APPROVER)
    for name in ("claimed", "correction", "corrected", "pending", "rejected", "issued"):
        act(refs[name], "claim", actor=examiner, now=now)
    for name in ("correction", "corrected"):
        act(refs[name], "request_correction", actor=examiner, now=now, items=list(FAULTS))
        _mend(refs[name], now=now)
    sign_all(refs["corrected"], actor=actor_of(OWNER), now=now)
    act(refs["corrected"], "claim", actor=examiner, now=now)
    act(refs["rejected"], "recommend", actor=examiner, now=now, opinion="材料虚假，建议不予登记")
    act(refs["rejected"], "reject", actor=approver, now=now, reason_code="R01", reason="材料虚假", opinion="不予登记")
    for name in ("pending", "issued"):
        act(refs[name], "recommend", actor=examiner, now=now, opinion="符合法定形式，同住所另有登记，已核对")
    act(refs["issued"], "approve", actor=approver, now=now, opinion="同意")


def _mend(ref: str, *, now: datetime) -> None:
    """One of two things, so that the page shows one done and one to do."""
    form: dict[str, Any] = company()["domicile"] | {"street": "样例街道双溪路88号3幢202室"}
    apply.save_section(ref, "domicile", form, actor=actor_of(OWNER), now=now)


def _share(ref: str, *, now: datetime) -> None:
    """With the agencies, one done and one that objects."""
    act(ref, "accept", actor=actor_of("0417"), now=now)
    act(ref, "start", actor=actor_of("0418"), now=now)
    act(ref, "approve", actor=actor_of("0418"), now=now, opinion="符合法定形式")
    for login, part, action in (("3301", "organization_code", "assign"), ("3302", "national_tax", "object")):
        act(ref, "claim", actor=actor_of(login), now=now, part=part)
        point = {"target": "section.tax", "problem": "核算方式与申报不符"}
        more: dict[str, Any] = {"items": [point], "reason": "核算方式与申报不符"} if action == "object" else {}
        act(ref, action, actor=actor_of(login), now=now, part=part, **more)
    act(ref, "claim", actor=actor_of("3304"), now=now, part="social_insurance")


def _report(ref: str, *, now: datetime) -> None:
    """The first signer knows nothing of it."""
    links = sign.links_for(ref, actor=actor_of(OWNER), now=now)
    words = {"words": "从没听说过这家公司", "contact": "0579-82000009"}
    misuse.report(_link_of_first(ref, links, now=now), now=now, **words)


def _link_of_first(ref: str, links: dict[str, str], *, now: datetime) -> str:
    parties = {one.party.person_key: one.party.ref for one in file_of(ref, actor=actor_of(OWNER), now=now).signatures}
    return links[parties["p1"]]

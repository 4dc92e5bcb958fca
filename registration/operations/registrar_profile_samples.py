"""The letterheads of the demonstration's registrars: invented officers, addresses and phones."""

from datetime import date, datetime
from secrets import token_hex

from sqlmodel import col, select

from registration.database import transaction
from registration.models import Registrar, RegistrarProfile
from registration.rules.city import city

SINCE = date(2015, 7, 1)


def load(*, now: datetime) -> None:
    """Gives every sample registrar without a letterhead its first; later changes are not overwritten."""
    with transaction() as session:
        known = set(session.exec(select(col(RegistrarProfile.registrar_code))).all())
        registrars = session.exec(select(Registrar)).all()
        sampled = city().samples.profiles.keys() - known
        session.add_all(_first(one, now) for one in registrars if one.code in sampled)


def _first(registrar: Registrar, now: datetime) -> RegistrarProfile:
    sample = city().samples.profiles[registrar.code]
    return RegistrarProfile(
        ref=token_hex(8),
        registrar_code=registrar.code,
        name_zh=registrar.name_zh,
        name_en=registrar.name_en,
        officer_name=sample.officer,
        officer_title="局长",
        address=sample.address,
        phone=sample.phone,
        reconsideration_body=sample.government,
        court=sample.court,
        number_prefix=sample.number_prefix,
        valid_from=SINCE,
        reason="演示数据",
        status="approved",
        prepared_by="samples",
        prepared_at=now,
        proposed_at=now,
        decided_by="system",
        decided_at=now,
    )

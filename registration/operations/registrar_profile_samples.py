"""The letterheads of the demonstration's registrars: invented officers, addresses and phones."""

from datetime import date, datetime
from secrets import token_hex

from sqlmodel import col, select

from registration.database import transaction
from registration.models import Registrar, RegistrarProfile

SINCE = date(2015, 7, 1)
# Code -> prefix of document numbers, signing officer, and where it is to be found.
SAMPLES = {
    "330701": ("金市监", "叶知秋", "金华市样例路1号市民服务中心2楼", "0579-82000001"),
    "330702": ("婺市监", "方听澜", "金华市婺城区样例街道双溪路2号", "0579-82000002"),
    "330703": ("金东市监", "沈望舒", "金华市金东区样例街道光南路3号", "0579-82000003"),
    "330723": ("武市监", "陆云归", "武义县样例街道壶山路4号", "0579-82000004"),
    "330726": ("浦市监", "郑怀瑾", "浦江县样例街道仙华路5号", "0579-82000005"),
    "330727": ("磐市监", "吴清越", "磐安县样例街道花溪路6号", "0579-82000006"),
    "330781": ("兰市监", "徐映川", "兰溪市样例街道丹溪路7号", "0579-82000007"),
    "330782": ("义市监", "何知远", "义乌市样例街道稠州路8号", "0579-82000008"),
    "330783": ("东市监", "许南乔", "东阳市样例街道人民路9号", "0579-82000009"),
    "330784": ("永市监", "吕若谷", "永康市样例街道五金路10号", "0579-82000010"),
}
# Where a decision of the registrar is contested: the government and the court of the place, likewise invented. Where a
# city concentrates administrative cases in one court, the real office names that one.
REMEDIES = {
    "330701": ("金华市人民政府", "金华市婺城区人民法院"),
    "330702": ("金华市婺城区人民政府", "金华市婺城区人民法院"),
    "330703": ("金华市金东区人民政府", "金华市金东区人民法院"),
    "330723": ("武义县人民政府", "武义县人民法院"),
    "330726": ("浦江县人民政府", "浦江县人民法院"),
    "330727": ("磐安县人民政府", "磐安县人民法院"),
    "330781": ("兰溪市人民政府", "兰溪市人民法院"),
    "330782": ("义乌市人民政府", "义乌市人民法院"),
    "330783": ("东阳市人民政府", "东阳市人民法院"),
    "330784": ("永康市人民政府", "永康市人民法院"),
}


def load(*, now: datetime) -> None:
    """Gives every sample registrar that has no letterhead its first; whoever changes it later is not overruled."""
    with transaction() as session:
        known = set(session.exec(select(col(RegistrarProfile.registrar_code))).all())
        registrars = session.exec(select(Registrar)).all()
        session.add_all(_first(one, now) for one in registrars if one.code in SAMPLES and one.code not in known)


def _first(registrar: Registrar, now: datetime) -> RegistrarProfile:
    prefix, officer, address, phone = SAMPLES[registrar.code]
    reconsideration_body, court = REMEDIES[registrar.code]
    return RegistrarProfile(
        ref=token_hex(8),
        registrar_code=registrar.code,
        name_zh=registrar.name_zh,
        name_en=registrar.name_en,
        officer_name=officer,
        officer_title="局长",
        address=address,
        phone=phone,
        reconsideration_body=reconsideration_body,
        court=court,
        number_prefix=prefix,
        valid_from=SINCE,
        reason="演示数据",
        status="approved",
        prepared_by="samples",
        prepared_at=now,
        proposed_at=now,
        decided_by="system",
        decided_at=now,
    )

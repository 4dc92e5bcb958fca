"""What each part of a number means, in both languages, to explain why a code is valid or not."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from certificates.numbers.codes import CHECKS, birth_date, identify, is_cooperative_number
from certificates.numbers.regions import Words, province_name


@dataclass(frozen=True)
class NumberPart:
    """A slice of a code: `start` counts from 1, `meaning` is empty for a sequence number."""

    label: Words
    start: int
    value: str
    meaning: Words


SCHEME_NAMES: dict[str, Words] = {
    "uscc": Words("统一社会信用代码", "Unified social credit code"),
    "organization_code": Words("组织机构代码", "Organization code"),
    "registration_number": Words("注册号", "Registration number"),
    "tax_number": Words("税务登记证号（纳税人识别号）", "Tax registration number"),
    "resident_id": Words("居民身份证号码", "Resident identity number"),
    "social_insurance_number": Words("社会保险登记证号", "Social insurance registration number"),
    "statistics_number": Words("统计登记证号", "Statistics registration number"),
}

SEQUENCE = Words("顺序码", "Sequence")
CHECK = Words("校验码", "Check digit")
REGION = Words("行政区划码", "Administrative region")
REGISTRAR_REGION = Words("登记管理机关行政区划码", "Region of the registrar")
FIRST_REGISTRAR = Words("首次登记机关代码", "First registrar")
BODY = Words("主体标识码（组织机构代码）", "Organization code")
NOTHING = Words("", "")
FITS = Words("与前面各位相符", "agrees with the characters before it")

DEPARTMENT_NAMES: dict[str, Words] = {
    "1": Words("机构编制", "Institutional staffing"),
    "2": Words("外交", "Foreign affairs"),
    "3": Words("司法行政", "Justice"),
    "4": Words("文化", "Culture"),
    "5": Words("民政", "Civil affairs"),
    "6": Words("旅游", "Tourism"),
    "7": Words("宗教", "Religious affairs"),
    "8": Words("工会", "Trade unions"),
    "9": Words("市场监督管理（原工商）", "Market supervision"),
    "A": Words("中央军委改革和编制办公室", "Central Military Commission, staffing"),
    "N": Words("农业", "Agriculture"),
    "Y": Words("其他", "Other"),
}

# GB 32100-2015, table 1; a class 9 that is not named here is 其他.
CLASS_NAMES: dict[str, Words] = {
    "11": Words("机关", "Government body"),
    "12": Words("事业单位", "Public institution"),
    "13": Words("编办直接管理机构编制的群众团体", "Mass organization"),
    "21": Words("外国常驻新闻机构", "Resident foreign news office"),
    "31": Words("律师执业机构", "Law firm"),
    "32": Words("公证处", "Notary office"),
    "33": Words("基层法律服务所", "Local legal service"),
    "34": Words("司法鉴定机构", "Forensic institution"),
    "35": Words("仲裁委员会", "Arbitration commission"),
    "41": Words("外国在华文化中心", "Foreign cultural centre"),
    "51": Words("社会团体", "Social organization"),
    "52": Words("民办非企业单位", "Private non-enterprise unit"),
    "53": Words("基金会", "Foundation"),
    "61": Words("外国旅游部门常驻代表机构", "Office of a foreign tourism authority"),
    "62": Words(
        "港澳台地区旅游部门常驻内地（大陆）代表机构", "Office of a tourism authority of Hong Kong, Macao or Taiwan"
    ),
    "71": Words("宗教活动场所", "Place of worship"),
    "72": Words("宗教院校", "Religious school"),
    "81": Words("基层工会", "Local trade union"),
    "91": Words("企业", "Enterprise"),
    "92": Words("个体工商户", "Individual business"),
    "93": Words("农民专业合作社", "Farmers' co-operative"),
    "A1": Words("军队事业单位", "Military institution"),
    "N1": Words("组级集体经济组织", "Collective of a village group"),
    "N2": Words("村级集体经济组织", "Collective of a village"),
    "N3": Words("乡镇级集体经济组织", "Collective of a township"),
}

REGISTRATION_KINDS = (
    *[Words("内资企业", "Domestic enterprise")] * 4,
    *[Words("外商投资企业", "Foreign-invested enterprise")] * 2,
    *[Words("个体工商户", "Individual business")] * 4,
)


def explain(
    code: str, *, scheme: str | None = None, region_name: Callable[[str], Words] = province_name
) -> list[NumberPart]:
    """The parts of a valid code, left to right; an invalid one raises InvalidNumber with the reason.

    `region_name` gives the name of a six-digit region in both languages; the default knows the provinces only.
    """
    found = scheme or identify(code)
    CHECKS[found](code)
    if found == "tax_number" and len(code) == 18:
        found = "uscc"
    regions = (REGION, REGISTRAR_REGION, FIRST_REGISTRAR)
    parts = _EXPLAINERS[found](code)
    return [replace(part, meaning=region_name(part.value)) if part.label in regions else part for part in parts]


def _uscc(code: str) -> list[NumberPart]:
    other = Words("其他", "Other")
    return [
        NumberPart(Words("登记管理部门代码", "Registering department"), 1, code[0], DEPARTMENT_NAMES[code[0]]),
        NumberPart(Words("机构类别代码", "Class of body"), 2, code[1], CLASS_NAMES.get(code[:2], other)),
        NumberPart(REGISTRAR_REGION, 3, code[2:8], NOTHING),
        NumberPart(BODY, 9, code[8:17], NOTHING),
        NumberPart(CHECK, 18, code[17], FITS),
    ]


def _organization(code: str) -> list[NumberPart]:
    return [NumberPart(Words("本体代码", "Body"), 1, code[:8], NOTHING), NumberPart(CHECK, 9, code[8], FITS)]


def _registration(code: str) -> list[NumberPart]:
    return [
        NumberPart(FIRST_REGISTRAR, 1, code[:6], NOTHING),
        NumberPart(SEQUENCE, 7, code[6:14], _registration_kind(code)),
        NumberPart(CHECK, 15, code[14], FITS),
    ]


def _registration_kind(code: str) -> Words:
    return CLASS_NAMES["93"] if is_cooperative_number(code) else REGISTRATION_KINDS[int(code[6])]


def _tax(code: str) -> list[NumberPart]:
    if len(code) == 20:
        return [*_resident(code[:18]), NumberPart(SEQUENCE, 19, code[18:], NOTHING)]
    return [
        NumberPart(REGION, 1, code[:6], NOTHING),
        NumberPart(Words("组织机构代码", "Organization code"), 7, code[6:], NOTHING),
    ]


def _resident(code: str) -> list[NumberPart]:
    sex = Words("男", "male") if int(code[16]) % 2 else Words("女", "female")
    born_on = birth_date(code)
    return [
        NumberPart(REGION, 1, code[:6], NOTHING),
        NumberPart(
            Words("出生日期码", "Day of birth"),
            7,
            code[6:14],
            Words(f"{born_on.year}年{born_on.month}月{born_on.day}日", born_on.isoformat()),
        ),
        NumberPart(SEQUENCE, 15, code[14:17], sex),
        NumberPart(CHECK, 18, code[17], FITS),
    ]


def _social(code: str) -> list[NumberPart]:
    return [NumberPart(REGION, 1, code[:6], NOTHING), NumberPart(SEQUENCE, 7, code[6:], NOTHING)]


_EXPLAINERS = {
    "uscc": _uscc,
    "organization_code": _organization,
    "registration_number": _registration,
    "tax_number": _tax,
    "resident_id": _resident,
    "social_insurance_number": _social,
    "statistics_number": _organization,
}

"""Invented businesses, a sample key, and eyes for PDF files."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from certificates.particulars import FiveNumbers, Particulars
from certificates.signatures.signer import Signer, make_sample_key

LLC: dict[str, Any] = {
    "entity_type": "llc",
    "name": "金华双溪样例茶业有限公司",
    "type_text": "有限责任公司（自然人投资或控股）",
    "representative": "苏知禾",
    "capital": Decimal(5_000_000),
    "domicile": "浙江省金华市婺城区样例街道双溪路88号3幢201室",
    "general_items": ("茶叶种植", "农副产品销售", "日用陶瓷制品销售"),
    "licensed_items": ("茶叶制品生产", "餐饮服务"),
    "founded_on": date(2026, 10, 12),
    "issued_on": date(2026, 10, 13),
    "registrar": "金华市市场监督管理局",
    "uscc": "91330701MAT000018L",
    "serial": "330701202610120001",
    "check_url": "https://heyi.example/v/91330701MAT000018L/1#" + "Ab3-" * 21,
    "check_host": "heyi.example/v",
}
TYPES: dict[str, dict[str, Any]] = {
    "llc": {},
    "llc_single": {"type_text": "有限责任公司（自然人独资）"},
    "llc_state": {"type_text": "有限责任公司（国有独资）"},
    "jsc": {"type_text": "股份有限公司（非上市、自然人投资或控股）"},
    "sole_prop": {"type_text": "个人独资企业"},
    "gp": {"type_text": "普通合伙企业"},
    "sgp": {"type_text": "特殊普通合伙企业"},
    "lp": {"type_text": "有限合伙企业", "representative": "浙江样例云栖私募基金管理有限公司", "delegate": "陆栖梧"},
    "coop": {"type_text": "农民专业合作社", "uscc": "93330702MAT0000BX8"},
    "individual": {
        "type_text": "个体工商户",
        "uscc": "92330702MAT0000A1K",
        "capital": None,
        "composition": "personal",
        "name": "金华市婺城区双溪样例茶室",
    },
    "branch": {"type_text": "有限责任公司分公司", "capital": None},
}
FIVE = FiveNumbers(
    registration_number="330702200001236",
    organization_code="MAT000018",
    tax_number="330701MAT000018",
    social_insurance_number="33070100001234",
    statistics_number="MAT000018",
)

Make = Callable[..., Particulars]


@pytest.fixture(scope="session")
def make() -> Make:
    """Particulars of an entity type, with changes."""

    def build(entity_type: str = "llc", **changes: Any) -> Particulars:
        return Particulars(**{**LLC, "entity_type": entity_type, **TYPES[entity_type], **changes})

    return build


@pytest.fixture(scope="session")
def make_five(make: Make) -> Make:
    """Particulars in the style of 2015, with changes."""

    def build(entity_type: str = "llc", **changes: Any) -> Particulars:
        days = {"founded_on": date(2015, 7, 20), "issued_on": date(2015, 7, 22)}
        style = {"style": "five_numbers", "uscc": None, "five_numbers": FIVE}
        return make(entity_type, **{**style, **days, **changes})

    return build


@pytest.fixture(scope="session")
def key_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("key")
    make_sample_key(directory, common_name="金华市市场监督管理局", valid_from=datetime(2026, 1, 1, tzinfo=UTC))
    return directory


@pytest.fixture(scope="session")
def signer(key_directory: Path) -> Signer:
    return Signer.load(key_directory)


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], str]:
    """All text of a PDF, without white space: what was printed, not how it was broken into lines."""

    def read(pdf: bytes) -> str:
        document = pypdfium2.PdfDocument(pdf)
        try:
            texts = [page.get_textpage().get_text_range() for page in document]
        finally:
            document.close()
        return "".join("".join(texts).split())

    return read


@pytest.fixture(scope="session")
def picture_of() -> Callable[..., Image.Image]:
    """One page in grey, at `scale` times 72 dpi."""

    def draw(pdf: bytes, *, page: int = 0, scale: float = 2.0) -> Image.Image:
        document = pypdfium2.PdfDocument(pdf)
        try:
            drawn: Image.Image = document[page].render(scale=scale).to_pil().convert("L")
            return drawn
        finally:
            document.close()

    return draw


@pytest.fixture(scope="session")
def qr_of(picture_of: Callable[..., Image.Image]) -> Callable[[bytes], str]:
    """What a camera reads from the first page."""

    def read(pdf: bytes) -> str:
        codes = zxingcpp.read_barcodes(picture_of(pdf))
        assert len(codes) == 1
        return str(codes[0].text)

    return read

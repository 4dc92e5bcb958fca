"""The case after its licence: the picture, the files with Chinese names, the check, and what follows for its type."""

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image

from registration.models import Licence
from registration.queries.city_faults import faults_in
from registration.rules import city as cities
from registration.rules.entity_types import type_row
from registration.sandboxed import codes
from registration.settings import Settings
from tests.fixtures.office import LIN
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
FIRM = "金华市婺城区双溪样例餐饮店"


@pytest.mark.thorough
def test_the_licence_is_shown_saved_and_checked(ref: str, sheet: Licence, visit: Visit, settings: Settings) -> None:
    lin = visit(LIN)
    page = lin.get(f"/applications/{ref}")
    picture = f"/applications/{ref}/licences/{sheet.ref}.png"
    assert picture in page.text
    assert f"/v/{sheet.ref}" in page.text
    assert "查验执照的二维码" in page.text
    drawn = lin.get(picture)
    assert Image.open(BytesIO(drawn.data)).format == "PNG"
    assert "Content-Disposition" not in drawn.headers
    phone = picture.replace(".png", "/phone.png")
    assert phone in page.text
    kept = Image.open(BytesIO(lin.get(phone).data))
    assert (kept.format, kept.width, kept.height > Image.open(BytesIO(drawn.data)).height + 200) == ("PNG", 1400, True)
    found, _nothing = codes.read({"pdf": False}, [lin.get(phone).data])
    assert f"{settings.public_url}/v/{sheet.ref}" in found["codes"]
    assert len(list(settings.home.rglob("*-phone-*.png"))) == 1, "drawn once"
    for path, name in ((phone, "正本-复制件.png"), (picture.replace(".png", ".pdf"), "正本.pdf")):
        assert unquote(lin.get(path).headers["Content-Disposition"]).endswith(f"营业执照-{FIRM}-{name}")
    for path in (picture, phone):
        assert visit("zhou@example.cn").get(path).status_code == 404


def test_what_follows_is_the_citys_data_for_this_type(ref: str, visit: Visit) -> None:
    shown = words(visit(LIN).get(f"/applications/{ref}"))
    row = type_row("individual")
    mine = [one for one in cities.city().next_steps if not one.named or {row.key, row.family} & {*one.named}]
    others = [one for one in cities.city().next_steps if one not in mine]
    assert mine
    assert others
    for step in mine:
        assert step.title["zh"] in shown
        assert all(one["zh"] in shown for one in step.bring)
    assert not [step for step in others if step.title["zh"] in shown]
    # The agencies have confirmed the registration; the fixture does all tasks.
    assert "税务信息确认信息已送达" in shown
    assert "开具发票您来办" in shown
    assert "After the licence" in words(visit(LIN, lang="en").get(f"/applications/{ref}"))


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("next_steps.yaml", "agency: national_tax", "agency: tax_office", "no_agency_row"),
        ("next_steps.yaml", "asked: addons.seal", "asked: addons.stamp", "unknown_field"),
        ("next_steps.yaml", "for: [company,", "for: [firm,", "no_type"),
        ("opinions.yaml", "action: recommend", 'action: recommend\n  registrars: ["999999"]', "no_registrar_row"),
    ],
)
def test_faults_of_the_citys_own_rows_are_named(tmp_path: Path, name: str, old: str, new: str, code: str) -> None:
    folder = Path(shutil.copytree(cities.PACKAGED, tmp_path / "city"))
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert [one.code for one in faults_in(folder) if one.file == name] == [code]

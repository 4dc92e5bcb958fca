"""The page "Adopt Heyi" founds a second city: it starts, two persons decide on a company, the licence is its own."""

import json
from typing import Any

import pypdfium2
import pytest

from registration.rules.city import PACKAGED
from tests.fixtures.adopted import Adopted, follow

# Ten commands, each a process of its own.
pytestmark = [pytest.mark.thorough, pytest.mark.timeout(600)]
# The ground of the licence and its frame, as step 7 of the page colours them.
GROUND, FRAME = (0xFD, 0xF3, 0xEE), (0x8A, 0x2F, 0x2F)
DRIVE = """
import json, sys
from registration import clock, database
from registration.app import create_app
from registration.errors import ActionRefused
from registration.gateways.storage import storage
from registration.operations.act import act
from registration.settings import settings
from tests.fixtures.cases import actor_of, company, submitted
from tests.fixtures.licences import sheets
from tests.fixtures.visitor import Visitor, work_off

database.configure(settings())
now = clock.now()
form = company(region="359902", place="云屿市", trade="听潮样例")
ref = submitted("llc", form, registrar="359901", actor=actor_of("lin@example.cn"), now=now)
examiner, approver = actor_of("0102"), actor_of("0103")
act(ref, "claim", actor=examiner, now=now)
refused = ""
try:
    act(ref, "approve", actor=examiner, now=now, opinion="符合")
except ActionRefused as one:
    refused = one.reason
act(ref, "recommend", actor=examiner, now=now, opinion="符合")
act(ref, "approve", actor=approver, now=now, opinion="符合")
work_off()
one = sheets(ref)[-1]
with open(sys.argv[1], "wb") as file:
    file.write(storage(settings()).get(one.storage_key))
app = create_app()
pages = {path: Visitor(app, lang="en").get(path).text for path in ("/", "/privacy", "/city/colours.css", "/sign-in")}
pages["zh"] = Visitor(app).get("/").text
pages["desk"] = Visitor(app, "0102").get(f"/desk/cases/{ref}").text
print(json.dumps({"refused": refused, "code": one.code, "design": one.design, "pages": pages}))
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Adopted:
    return follow(tmp_path_factory.mktemp("srv"))


@pytest.fixture(scope="module")
def issued(city: Adopted) -> dict[str, Any]:
    done = city.run("-c", DRIVE, str(city.home / "licence.pdf"))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_pages_are_the_citys(issued: dict[str, Any]) -> None:
    pages = issued["pages"]
    assert "Business registration in Yunyu" in pages["/"]
    assert "云屿企业登记" in pages["zh"]
    assert "Citizen line 12345, working days 9:00" in pages["/"]
    assert "Yunyu Administration for Market Regulation is responsible" in pages["/privacy"]
    assert ":root { --brand: #8a2f2f; --band: #5c1f1f; --tint: #f8eaea }" in pages["/city/colours.css"]
    assert "M3 22q6.5-8 13 0t13 0" in pages["/"]
    assert "0101" in pages["/sign-in"]
    assert "云屿市听潮样例信息科技有限公司" in pages["desk"]
    # The file at the desk names the home of a person and a telephone elsewhere.
    for text in (text for place, text in pages.items() if place != "desk"):
        assert not [word for word in ("金华", "Jinhua", "8890", "0579") if word in text]


def test_two_persons_decide(issued: dict[str, Any]) -> None:
    assert issued["refused"] == "action_refused"


def test_the_licence_is_in_the_citys_design(city: Adopted, issued: dict[str, Any]) -> None:
    assert issued["design"] == "yunyu"
    assert issued["code"][2:8] == "359901"
    document = pypdfium2.PdfDocument((city.home / "licence.pdf").read_bytes())
    try:
        text = "".join(document[0].get_textpage().get_text_range().split())
        picture = document[0].render(scale=1.5).to_pil().convert("RGB")
    finally:
        document.close()
    picture.save(city.home / "licence.png")
    assert "云屿市听潮样例信息科技有限公司" in text
    assert "云屿市市场监督管理局" in text
    assert "云屿市望潮区" in text
    assert "演示样本" in text
    seen = {colour: count for count, colour in picture.getcolors(maxcolors=2**24) or ()}
    assert seen.get(GROUND, 0) > picture.width * picture.height / 4
    assert seen.get(FRAME, 0) > 20


def test_a_code_of_the_city_is_explained_with_its_name(city: Adopted, issued: dict[str, Any]) -> None:
    explained = city.heyi("codes", "explain", issued["code"])
    assert "Yunyu City, Fujian" in explained.stdout, explained.stderr


def test_each_agency_is_sent_the_fields_of_its_row(city: Adopted, issued: dict[str, Any]) -> None:
    folders = (city.home / "agencies").iterdir()
    sent = {path.name: json.loads(next(path.glob("*.json")).read_text("utf-8")) for path in folders}
    assert sent.keys() == {"tax", "harbour"}
    assert set(sent["tax"]["form"]) == {"name", "domicile", "scope", "capital", "tax"}
    assert set(sent["harbour"]["form"]["domicile"]) == {"region", "street"}
    assert [set(person) for person in sent["harbour"]["form"]["people"]] == [{"key", "kind", "name"}]


def test_production_gets_its_registrars_from_the_folder_and_follows_its_changes(city: Adopted) -> None:
    own = {"HEYI_HOME": str(city.home.parent / "production")}
    assert city.heyi("db", "upgrade", **own).returncode == 0
    first = city.heyi("city", "load", **own)
    assert "2 registrars are new: 359901, 359921" in first.stdout, first.stderr
    assert "0 registrars are new" in city.heyi("city", "load", **own).stdout
    path = city.city / "registrars.yaml"
    kept = path.read_text("utf-8")
    path.write_text(kept.replace("approval: two_person", "approval: one_person"), encoding="utf-8")
    try:
        assert "1 registrars were changed: 359901" in city.heyi("city", "load", **own).stdout
    finally:
        path.write_text(kept, encoding="utf-8")


def test_nothing_of_the_city_is_in_the_program() -> None:
    assert not (PACKAGED.parent / "yunyu").exists()

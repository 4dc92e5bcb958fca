"""Commands over the libraries: numbers, names, workflow tables; what programs read is JSON, and statuses are right."""

import json
from pathlib import Path

import pytest

from tests.registration.cli.conftest import Heyi

REGISTER = "name,status,since\n金华市红光酒业有限公司,registered,\n金华市青禾餐饮有限公司,deregistered,2024-01-05\n"


@pytest.fixture
def register(tmp_path: Path) -> str:
    path = tmp_path / "register.csv"
    path.write_text(REGISTER, encoding="utf-8-sig")
    return str(path)


def test_codes_are_checked_one_by_one(heyi: Heyi) -> None:
    result = heyi("codes", "check", "9133 0106 6739 59654P", "91330106673959654Q", "--json")
    right, wrong = json.loads(result.stdout)
    assert (right["code"], right["valid"], right["scheme"]) == ("91330106673959654P", True, "uscc")
    assert (wrong["valid"], wrong["reason"]) == (False, "number.check_digit")
    assert result.exit_code == 1
    assert heyi("codes", "check", "91330106673959654P").exit_code == 0


def test_a_code_is_made_and_explained(heyi: Heyi) -> None:
    made = heyi("codes", "make", "uscc", "--region", "330702", "--organization-code", "MAT00001-8").stdout.strip()
    assert heyi("codes", "check", made).exit_code == 0
    explained = json.loads(heyi("codes", "explain", made, "--json").stdout)
    assert explained["scheme"] == "uscc"
    assert "".join(part["value"] for part in explained["parts"]) == made
    region = next(part["meaning"] for part in explained["parts"] if part["value"] == "330702")
    assert region["zh"] == "浙江省金华市婺城区"
    assert "浙江省杭州市西湖区" in heyi("codes", "explain", "91330106673959654P", "--json").stdout, "another city's"


def test_a_code_is_not_made_from_half_its_parts(heyi: Heyi) -> None:
    result = heyi("codes", "make", "uscc", "--region", "330702")
    assert result.exit_code == 2
    assert "--organization-code" in result.stderr
    assert heyi("codes", "make", "uscc", "--region", "330702", "--organization-code", "MAT00001-9").exit_code == 1


@pytest.mark.parametrize(
    ("name", "verdict", "status"),
    [("金华市红光酒业有限公司", "reject", 1), ("金华市青禾餐饮有限公司", "pass", 0)],
)
def test_a_name_is_checked_against_a_file(heyi: Heyi, register: str, name: str, verdict: str, status: int) -> None:
    result = heyi("names", "check", name, "--register", register, "--on", "2026-10-12", "--json")
    assert (json.loads(result.stdout)["verdict"], result.exit_code) == (verdict, status)


def test_a_check_shows_parts_rules_and_provisions(heyi: Heyi, register: str) -> None:
    result = heyi("names", "check", "金华经济技术开发区祥瑞典当有限公司", "--register", register)
    assert "region 金华经济技术开发区 · trade name 祥瑞 · industry 典当 · form 有限公司" in result.stdout
    assert "N26  manual" in result.stdout
    assert "[Name Regulation, art. 11, and the law of the trade]" in result.stdout
    told = json.loads(
        heyi("names", "check", "金华市祥瑞典当有限公司", "--register", register, "--type", "llc_state", "--json").stdout
    )
    assert told["parts"]["industry"] == "典当"
    assert told["findings"][0]["basis"].startswith("《企业名称登记管理规定》")


def test_a_name_is_tidied_before_it_is_checked(heyi: Heyi, register: str) -> None:
    verdict = heyi(
        "names", "check", "⾦华市　红光酒业(有限公司", "--register", register, "--region", "330702", "--json"
    )
    assert "N02c" in json.loads(verdict.stdout)["rules"]
    taken = heyi("names", "check", "⾦华市红光 酒业有限公司", "--register", register, "--on", "2026-10-12", "--json")
    assert json.loads(taken.stdout)["rules"] == ["N20"]


def test_the_parts_of_a_register_are_shown_mended_and_brought_in(heyi: Heyi, tmp_path: Path) -> None:
    heyi("prepare")
    outside, mended = tmp_path / "outside.csv", tmp_path / "mended.csv"
    outside.write_text("name,status,since\n金华市兰亭量子有限公司,registered,\n", encoding="utf-8")
    shown = heyi("names", "parts", str(outside)).stdout
    assert "金华市兰亭量子有限公司,registered,,金华市,兰亭量子,,有限公司,front" in shown
    assert "1 names brought in, 0 mended" in heyi("names", "import", str(outside), "--prefecture", "330700").stdout
    asked = ("names", "check", "金华兰亭量子科技有限责任公司", "--json")
    assert json.loads(heyi(*asked).stdout)["rules"] == ["N21"]
    mended.write_text(shown.replace("兰亭量子,,", "兰亭,量子,"), encoding="utf-8")
    assert "0 names brought in, 1 mended" in heyi("names", "import", str(mended), "--prefecture", "330700").stdout
    assert json.loads(heyi(*asked).stdout)["rules"] == ["N23"]
    broken = tmp_path / "broken.csv"
    broken.write_text(shown.replace("兰亭量子,,", "兰亭,霜花,"), encoding="utf-8")
    assert heyi("names", "import", str(broken), "--prefecture", "330700").exit_code == 2


def test_a_name_needs_a_region_from_somewhere(heyi: Heyi, register: str) -> None:
    assert heyi("names", "check", "青禾餐饮有限公司", "--register", register).exit_code == 1
    assert heyi("names", "check", "金华市青禾餐饮有限公司", "--region", "999999", "--register", register).exit_code == 1


def test_a_register_that_cannot_be_read_is_named(heyi: Heyi, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("name,status,since\n金华市甲有限公司,alive,\n")
    result = heyi("names", "check", "金华市青禾餐饮有限公司", "--register", str(tmp_path / "bad.csv"))
    assert result.exit_code == 2
    assert "alive" in result.stderr


def test_workflow_tables_are_listed_checked_and_drawn(heyi: Heyi) -> None:
    listed = [one["key"] for one in json.loads(heyi("workflows", "list", "--json").stdout)]
    assert {"establishment@1", "establishment@4"} < set(listed)
    assert heyi("workflows", "diagram", "--lang", "en").stdout.startswith("stateDiagram-v2")
    assert heyi("workflows", "diagram", "--parts").stdout.startswith("flowchart")
    assert heyi("workflows", "diagram", "closing@1").exit_code == 1

"""`heyi city`: a folder is made, and every fault of it is said with its file and key, in both languages."""

import json
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from registration.cli import main
from registration.queries.city_faults import contrast, faults_in
from registration.rules.city import APP_ICON, BLANK, PACKAGED


def heyi(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["city", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packaged city, to be spoiled."""
    return Path(shutil.copytree(PACKAGED, tmp_path / "city"))


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_new_folder_says_what_to_fill_in(tmp_path: Path) -> None:
    made = tmp_path / "city"
    assert heyi("new", str(made)).exit_code == 0
    assert {path.name for path in made.iterdir()} == {path.name for path in BLANK.iterdir()}
    checked = heyi("check", str(made), "--json")
    assert checked.exit_code == 1
    found = json.loads(checked.output)
    assert {(one["file"], one["key"], one["code"]) for one in found} >= {
        ("city.yaml", "name", "text_missing"),
        ("city.yaml", "prefecture", "pattern"),
        ("city.yaml", "hotline", "empty"),
        ("samples.yaml", "licence.firm", "empty"),
    }
    assert all(one["zh"] and one["en"] for one in found)


def test_nothing_is_written_over(folder: Path) -> None:
    before = (folder / "city.yaml").read_bytes()
    assert heyi("new", str(folder)).exit_code == 1
    assert (folder / "city.yaml").read_bytes() == before


def test_the_city_in_use_is_checked_in_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEYI_CITY", raising=False)
    assert heyi("check").output == "0 faults\n"
    monkeypatch.setenv("HEYI_CITY", "/nowhere")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    checked = heyi("check")
    assert "✗ city.yaml · 没有这个文件" in checked.output
    assert checked.exit_code == 1


def test_a_command_says_what_to_do_with_a_faulty_folder(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "city.yaml").unlink()
    monkeypatch.setenv("HEYI_CITY", str(folder))
    refused = CliRunner().invoke(main, ["names", "check", "青禾"])
    assert refused.exit_code == 1
    assert f"first: heyi city check {folder}" in refused.output


SPOILT = {
    "a key that is not known": ("city.yaml", "hotline:", "hot_line:", ("city.yaml", "hot_line", "unknown")),
    "a key that is missing": ("city.yaml", 'prefecture: "330700"\n', "", ("city.yaml", "prefecture", "missing")),
    "a code without quotation marks": ("city.yaml", '"330700"', "330700", ("city.yaml", "prefecture", "text")),
    "one language": ("city.yaml", ", en: Jinhua}", "}", ("city.yaml", "name", "text_missing")),
    "no tag of a language": ("city.yaml", ", en: Jinhua}", ", en: Jinhua, FR: J}", ("city.yaml", "name.FR", "pattern")),
    "a key twice": ("city.yaml", "design: jinhua\n", "design: a\ndesign: jinhua\n", ("city.yaml", "design", "twice")),
    "no YAML": ("city.yaml", "name: {", "name: {{", ("city.yaml", "", "not_yaml")),
    "no colour": ("city.yaml", "#1b4b82", "blue", ("city.yaml", "colours.light.brand", "pattern")),
    "a pale colour": ("city.yaml", "#12335c", "#aabbcc", ("city.yaml", "colours.light.band", "colour_contrast")),
    "no such design": ("city.yaml", "design: jinhua", "design: nowhere", ("city.yaml", "design", "unknown_design")),
    "no such field": (
        "agencies.yaml",
        "five.org_class",
        "five.colour",
        ("agencies.yaml", "organization_code.sees", "unknown_field"),
    ),
    "no such document": (
        "agencies.yaml",
        "[articles,",
        "[article,",
        ("agencies.yaml", "national_tax.documents", "unknown_document"),
    ),
    "no such scheme": (
        "agencies.yaml",
        "number: tax_number",
        "number: tax",
        ("agencies.yaml", "national_tax.number", "unknown_scheme"),
    ),
    "no such place of persons": (
        "agencies.yaml",
        "social.handler]}",
        "social.boss]}",
        ("agencies.yaml", "social_insurance.persons", "unknown_field"),
    ),
    "one envelope for two": (
        "agencies.yaml",
        "shared_as: social",
        "shared_as: tax",
        ("agencies.yaml", "social_insurance.shared_as", "shared_twice"),
    ),
    "another role than the table's": (
        "agencies.yaml",
        "role: agency_n",
        "role: agency_m",
        ("agencies.yaml", "statistics.role", "other_role"),
    ),
    "an agency of the table is gone": (
        "agencies.yaml",
        "\nstatistics:",
        "\nstatistic:",
        ("agencies.yaml", "statistics", "no_agency"),
    ),
    "a row of another kind": (
        "registrars.yaml",
        "approval: two_person",
        "approval: three_person",
        ("registrars.yaml", "330701.approval", "choice"),
    ),
    "no such regime": ("registrars.yaml", "five_numbers_2015", "one", ("registrars.yaml", "330784.regime", "choice")),
    "a region that is not listed": (
        "registrars.yaml",
        '["330783"]',
        '["330799"]',
        ("registrars.yaml", "330783.regions", "unknown_region"),
    ),
    "a registrar elsewhere": (
        "registrars.yaml",
        '"330783":',
        '"330183":',
        ("registrars.yaml", "330183", "code_outside"),
    ),
    "no row of the city": ("regions.csv", "330700,", "330800,", ("regions.csv", "330700", "no_prefecture")),
    "a strange level": ("regions.csv", "Yiwu City,county-city", "Yiwu City,town", ("regions.csv", "330782", "region")),
    "a script in the mark": ("mark.svg", "<path", "<script>alert(1)</script><path", ("mark.svg", "", "drawing")),
    "an action in the mark": ("mark.svg", "<path", '<path onclick="a()"', ("mark.svg", "", "drawing")),
    "a reference in the icon": ("icon.svg", "<path", '<path fill="url(https://x)"', ("icon.svg", "", "drawing")),
    "desks elsewhere": (
        "samples.yaml",
        '"330702": 317',
        '"330799": 317',
        ("samples.yaml", "desks.330799", "unknown_registrar"),
    ),
    "two accounts of one number": ("samples.yaml", "317", "219", ("samples.yaml", "desks.330702", "numbers_overlap")),
    "an item that the catalogue lacks": (
        "scope_words.csv",
        "横店;",
        "横店,拍戏服务\n影视;",
        ("scope_words.csv", "横店", "unknown_item"),
    ),
    "a word of two rows": (
        "scope_words.csv",
        "婺州窑,",
        "婺州窑;横店,",
        ("scope_words.csv", "婺州窑;横店", "word_twice"),
    ),
    "a word without an item": (
        "scope_words.csv",
        "婺州窑,日用",
        "婺州窑,\n窑,日用",
        ("scope_words.csv", "婺州窑", "columns"),
    ),
    "a registrar that prints nothing": (
        "samples.yaml",
        '  "330784": {number',
        '  "330785": {number',
        ("samples.yaml", "profiles", "no_profile"),
    ),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_fault_is_found_at_its_file_and_key(folder: Path, case: str) -> None:
    file, old, new, found = SPOILT[case]
    spoil(folder, file, old, new)
    faults = {(one.file, one.key, one.code): one for one in faults_in(folder)}
    assert found in faults
    assert all(one.sentence(lang) for one in faults.values() for lang in ("zh", "en"))


# A city of before need not have it.
OPTIONAL = {"scope_words.csv", "scope_general.yaml", "next_steps.yaml", "opinions.yaml", APP_ICON}


@pytest.mark.parametrize("file", sorted({path.name for path in PACKAGED.iterdir() if path.is_file()} - OPTIONAL))
def test_a_file_that_is_missing_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert [one.code for one in faults_in(folder) if one.file == file] == ["no_file"]


@pytest.mark.parametrize("file", sorted(OPTIONAL))
def test_a_city_may_go_without(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert faults_in(folder) == []


def test_the_icon_of_the_app_is_drawn_from_the_mark(folder: Path) -> None:
    """The packaged one is up to date: drawing it again changes nothing."""
    packaged = (folder / APP_ICON).read_bytes()
    (folder / APP_ICON).write_bytes(b"no picture")
    assert [(one.file, one.code) for one in faults_in(folder)] == [(APP_ICON, "app_icon")]
    assert heyi("icon", str(folder)).exit_code == 0
    assert faults_in(folder) == []
    with Image.open(folder / APP_ICON) as drawn, Image.open(BytesIO(packaged)) as before:
        assert drawn.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

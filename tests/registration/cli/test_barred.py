"""`heyi barred`: a list is loaded whole or not at all, and no message repeats a name or a number."""

import json
from pathlib import Path

import pytest

from tests.fixtures.database import sqlite_only
from tests.registration.cli.conftest import Heyi

HEADER = "name,id_type,id_no,ground,from,until,source\n"
GOOD = "苏知禾,resident_id,330702189503071214,debt,2026-03-01,,（2026）浙07执1号\n"
BAD = (
    "周远舟,resident_id,330703189211040427,theft,2026-03-01,,法院\n"
    "江暮云,card,330781189806150616,debt,2026-13-01,,法院\n"
    ",resident_id,,debt,2026-03-01,2026-01-01,法院\n"
    "苏知禾,resident_id,debt\n"
)

database_url = sqlite_only
pytestmark = pytest.mark.usefixtures("database_url")


def test_a_list_is_loaded_whole_and_shown_without_its_content(heyi: Heyi, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + GOOD + BAD + GOOD, encoding="gb18030")
    refused = heyi("barred", "load", str(file), "--list", "court")
    assert refused.exit_code == 1
    for said in (
        "Line 3: please give one of these grounds",
        "Line 4: please give one of these kinds",
        "Line 5",
        "Line 6",
    ):
        assert said in refused.output
    assert "stand in line 2 already" in refused.output
    for secret in ("苏知禾", "周远舟", "330702189503071214", "330703189211040427"):
        assert secret not in refused.output
    file.write_text(HEADER + GOOD, encoding="utf-8")
    loaded = json.loads(heyi("barred", "load", str(file), "--list", "court", "--json").stdout)
    assert loaded == {"list": "court", "added": 1, "ended": 0, "kept": 0}
    file.write_text(HEADER, encoding="utf-8")
    assert "1 ended" in heyi("barred", "load", str(file), "--list", "court", "--by", "0320").stdout
    rows = json.loads(heyi("barred", "show", "--json").stdout)
    assert [(row["list"], row["by"], row["added"], row["ended"]) for row in rows] == [
        ("court", "0320", 0, 1),
        ("court", "command line", 1, 0),
    ]
    assert "苏知禾" not in heyi("barred", "show").stdout
    assert "debt" in heyi("barred", "grounds").stdout

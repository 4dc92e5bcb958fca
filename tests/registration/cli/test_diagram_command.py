"""A table's picture, and a case's way in it, as commands draw them."""

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from registration.operations import samples
from registration.settings import Settings
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.registration.cli.conftest import Heyi

DIAGRAM = ("workflows", "diagram")


def test_a_table_is_drawn_as_svg_in_either_language(heyi: Heyi) -> None:
    zh, en = (heyi(*DIAGRAM, "establishment@1", "--format", "svg", "--lang", lang).stdout for lang in ("zh", "en"))
    assert "并联审批中" in zh
    assert "With the agencies" in en
    assert ElementTree.fromstring(zh).tag == ElementTree.fromstring(en).tag == "{http://www.w3.org/2000/svg}svg"


def test_what_cannot_be_drawn_is_said(heyi: Heyi) -> None:
    assert heyi(*DIAGRAM, "--parts", "--format", "svg").exit_code == 2
    assert heyi(*DIAGRAM, "--case", "HY-2026-000001", "--format", "mermaid").exit_code == 2
    assert "closing@1" in heyi(*DIAGRAM, "closing@1", "--format", "svg").stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_cases_way_is_drawn(
    heyi: Heyi, settings: Settings, database_url: str, database: Any, clock: datetime
) -> None:
    samples.load(now=clock)
    form = nameless()
    ref = submitted("individual", form, registrar="330702", actor=actor_of("lin@example.cn"), now=clock)
    drawn = ElementTree.fromstring(heyi(*DIAGRAM, "--case", ref, "--lang", "en").stdout)
    kinds = {group.get("data-state"): group[0].get("class") for group in drawn.iter("{http://www.w3.org/2000/svg}g")}
    assert [state for state, kind in kinds.items() if kind != "box"] == ["draft", "signing", "submitted"]
    assert kinds["submitted"] == "box now"
    missing = heyi(*DIAGRAM, "--case", "HY-2026-999999")
    assert (missing.exit_code, "HY-2026-999999" in missing.stderr) == (1, True)

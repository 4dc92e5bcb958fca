"""The page about workflow tables lists every code of the checker, in its own words."""

from pathlib import Path

from workflows.check import CODES

PAGE = (Path(__file__).parents[3] / "docs" / "workflows.md").read_text(encoding="utf-8")


def test_the_page_lists_every_code_and_no_other() -> None:
    _, _, after = PAGE.partition("| code | what it finds |\n|---|---|\n")
    rows = after.partition("\n\n")[0].splitlines()
    assert rows == [f"| `{key}` | {code.about['en']} |" for key, code in CODES.items()]

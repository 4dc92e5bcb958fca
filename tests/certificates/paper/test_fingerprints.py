"""The digests of design and fonts: what `sha256sum` makes of the same files, and another when any of them changes."""

import subprocess
from pathlib import Path

import pytest

from certificates.errors import RenderError
from certificates.paper.design import DESIGNS, find
from certificates.paper.fingerprints import digest_of, fonts_hash
from certificates.paper.glyphs import FONTS


def by_hand(folder: Path, names: str) -> str:
    line = f"{names} | LC_ALL=C sort | xargs sha256sum | sha256sum"
    done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, check=True, text=True)
    return done.stdout.split()[0]


def test_anybody_makes_the_same_digest() -> None:
    listed = " ".join(find("jinhua").manifest.files)
    assert find("jinhua").digest() == by_hand(DESIGNS / "jinhua", f"printf '%s\\n' {listed}")
    assert fonts_hash() == by_hand(FONTS, "ls *.ttf *.ttf.xz")


@pytest.mark.parametrize("change", ["edit", "rename", "remove", "add"])
def test_any_change_of_a_design_changes_it(change: str) -> None:
    files = dict(find("jinhua").contents)
    before = digest_of(files)
    if change == "edit":
        files["licence.css"] += b" "
    elif change == "rename":
        files["other.css"] = files.pop("licence.css")
    elif change == "remove":
        del files["licence.css"]
    else:
        files["assets/more.svg"] = b"<svg/>"
    assert digest_of(files) != before


def test_a_design_that_is_not_there_has_none() -> None:
    with pytest.raises(RenderError):
        find("nowhere")

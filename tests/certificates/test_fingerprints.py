"""The digests of design and fonts: what `sha256sum` makes of the same files, and another when any of them changes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from certificates.errors import RenderError
from certificates.fingerprints import design_hash, digest_of, fonts_hash
from certificates.glyphs import FIXED, FONTS, TEXT
from certificates.sheets import DESIGNS


def by_hand(folder: Path, names: str) -> str:
    line = f"{names} | LC_ALL=C sort | xargs sha256sum | sha256sum"
    done = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, check=True, text=True)
    return done.stdout.split()[0]


def test_anybody_makes_the_same_digest() -> None:
    files = "find . -type f -not -path '*/__pycache__/*' | sed 's|^./||'"
    assert design_hash("jinhua") == by_hand(DESIGNS / "jinhua", files)
    assert fonts_hash() == by_hand(FONTS, f"printf '%s\\n' {TEXT} {FIXED}")


@pytest.mark.parametrize("change", ["edit", "rename", "remove", "add"])
def test_any_change_of_a_design_changes_it(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "jinhua"
    shutil.copytree(DESIGNS / "jinhua", folder)

    def digest() -> str:
        return digest_of(folder, (path for path in folder.rglob("*") if path.is_file()))

    before, style = digest(), folder / "licence.css"
    if change == "edit":
        style.write_bytes(style.read_bytes() + b" ")
    elif change == "rename":
        style.rename(folder / "other.css")
    elif change == "remove":
        style.unlink()
    else:
        (folder / "assets" / "more.svg").write_text("<svg/>")
    assert digest() != before


def test_a_design_that_is_not_there_has_none() -> None:
    with pytest.raises(RenderError):
        design_hash("nowhere")

"""`heyi designs`, and the page that tells an office how to make its own: the steps are run as they stand there."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from certificates.paper import design
from certificates.paper.page_images import texts
from certificates.paper.pdf import renderer
from certificates.signatures.verify import verify
from registration.settings import settings as settings_now
from tests.registration.cli.conftest import Heyi

ROOT = Path(__file__).parents[3]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heyi: Heyi) -> Path:
    """An office's own folder, empty."""
    folder = tmp_path / "designs"
    folder.mkdir()
    monkeypatch.setenv("HEYI_DESIGNS", str(folder))
    settings_now.cache_clear()
    design.find.cache_clear()
    renderer.cache_clear()
    return folder


def steps(folder: Path) -> list[list[str]]:
    """The commands of the page, without what a shell alone does, with this folder in the place of the page's."""
    page = (ROOT / "docs" / "designs.md").read_text(encoding="utf-8")
    lines = page.partition("```sh\n")[2].partition("```")[0].splitlines()
    told = [line.partition(" #   ")[0].partition("  # ")[0].replace("/srv/heyi/designs", str(folder)) for line in lines]
    words = [shlex.split(line, comments=not line.startswith("sed")) for line in told]
    return [one for one in words if one[0] in ("cp", "sed", "./heyi")]


def do(command: list[str], heyi: Heyi, *, narrow: Path) -> tuple[int, str]:
    if command[0] == "cp":
        source, target = ROOT / command[2], Path(command[3])
        target.mkdir()
        for path in (path for path in source.rglob("*") if path.is_file()):
            (target / path.relative_to(source)).parent.mkdir(exist_ok=True)
            (target / path.relative_to(source)).write_bytes(path.read_bytes())
        _serve_little(target / design.MANIFEST)
        return 0, ""
    if command[0] == "sed":
        _, old, new, *_ = command[2].lstrip("s").split("/")
        path = next(Path(word) for word in command[3:] if word.startswith(str(narrow)))
        text = path.read_text(encoding="utf-8")
        assert old.lstrip("^") in text
        path.write_text(text.replace(old.lstrip("^"), new), encoding="utf-8")
        return 0, ""
    answer = heyi(*command[1:])
    return answer.exit_code, answer.output


def _serve_little(manifest: Path) -> None:
    """One type is enough to see the steps work; all of them are judged elsewhere."""
    lines = manifest.read_text(encoding="utf-8").splitlines()
    little = {"present": "  present: [llc]", "papers": "papers: [receipt]"}
    short = [
        little.get(line.strip().partition(":")[0], line) for line in lines if not line.startswith("  five_numbers:")
    ]
    manifest.write_text("\n".join(short) + "\n", encoding="utf-8")


@pytest.mark.thorough
def test_the_page_makes_a_design_as_it_says(shelf: Path, heyi: Heyi, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    told = []
    for command in steps(shelf):
        words = [str(pictures) if word == "/tmp/yiwu" else word for word in command]
        told.append((" ".join(words[:3]), *do(words, heyi, narrow=shelf)))
    checked = [(status, output) for name, status, output in told if name == "./heyi designs check"]
    assert [status for status, _ in checked] == [1, 0]
    assert "file.changed" in checked[0][1]
    assert "licence.css" in checked[0][1]
    assert [output.split() for name, _, output in told if name == "./heyi designs hash"] == [
        ["licence.css", "licence.html"]
    ]
    (pdf,), (png,) = pictures.glob("*.pdf"), pictures.glob("*.png")
    assert "扫码核验本执照" not in texts(pdf.read_bytes())[0]
    with Image.open(png) as picture:
        assert picture.width > picture.height
        assert (0x5A, 0x2A, 0x52) in {color for _, color in picture.convert("RGB").getcolors(1 << 24) or []}


def test_designs_are_listed_with_what_they_serve(shelf: Path, heyi: Heyi) -> None:
    (row,) = json.loads(heyi("designs", "list", "--json").stdout)
    assert (row["name"], row["in_use"], row["languages"]) == ("jinhua", True, ["zh", "en"])
    assert "jinhua" in heyi("designs", "list").stdout


def test_a_preview_of_another_paper(shelf: Path, heyi: Heyi, tmp_path: Path) -> None:
    answer = heyi("designs", "preview", "jinhua", "--paper", "correction", "--dpi", "36", "--to", str(tmp_path / "a"))
    assert answer.exit_code == 0
    assert {path.name for path in (tmp_path / "a").iterdir()} == {"jinhua-correction.pdf", "jinhua-correction-1.png"}


def test_the_sheets_of_a_design_are_compiled(shelf: Path, heyi: Heyi) -> None:
    _copied(shelf)
    answer = heyi("designs", "compile", "yiwu", "--json")
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert {one["entity_type"] for one in found["kinds"]} == {"llc"}
    assert all(one["filled"] for one in (*found["kinds"], *found["papers"]))
    assert {one["paper"] for one in found["papers"]} == {"receipt"}
    assert "逐份排版" not in heyi("designs", "compile", "yiwu").stdout


@pytest.mark.thorough
def test_the_gallery_has_an_index_of_everything(shelf: Path, heyi: Heyi, tmp_path: Path) -> None:
    _copied(shelf)
    answer = heyi("designs", "gallery", str(tmp_path / "gallery"), "--design", "yiwu", "--dpi", "36")
    assert answer.exit_code == 0, answer.output
    index = (tmp_path / "gallery" / "index.html").read_text(encoding="utf-8")
    pictures = {path.name for path in (tmp_path / "gallery").glob("*.png")}
    assert pictures >= {"present-llc-duplicate-1.png", "present-llc-original-1.png", "present-longest-4-2.png"}
    assert all(f'src="{name}"' in index for name in pictures)
    root = (tmp_path / "gallery" / "root.pem").read_bytes()
    sheets = sorted((tmp_path / "gallery").glob("*.pdf"))
    assert len(sheets) >= 6
    assert [path.name for path in sheets if not verify(path.read_bytes(), trust_roots=[root]).genuine] == []
    for path in sheets:
        for tool in (["qpdf", "--check"], ["pdfsig", "-nocert"]):
            if shutil.which(tool[0]):
                subprocess.run([*tool, str(path)], check=True, capture_output=True)


def test_an_unknown_design_and_a_folder_that_is_none_are_refused(
    shelf: Path, heyi: Heyi, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "render.unknown_design" in heyi("designs", "check", "nowhere").output
    monkeypatch.setenv("HEYI_DESIGNS", str(shelf / "none"))
    settings_now.cache_clear()
    assert heyi("designs", "list").exit_code == 1


def _copied(shelf: Path) -> None:
    """A copy of the design of the package that serves little."""
    shelf.joinpath("yiwu").mkdir()
    for path in (design.DESIGNS / "jinhua").rglob("*.*"):
        target = shelf / "yiwu" / path.relative_to(design.DESIGNS / "jinhua")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    manifest = shelf / "yiwu" / design.MANIFEST
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("name: jinhua", "name: yiwu"), encoding="utf-8")
    _serve_little(manifest)

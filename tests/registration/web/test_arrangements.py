"""What each agency sees, in words, and the state of the designs: read by administrators, changed by a deployment."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from registration.rules.city import PACKAGED, city
from registration.web import arrangements
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
PAGE = "/admin/arrangements"


@pytest.mark.parametrize(("lang", "told"), [("zh", "没有列出的一律看不到"), ("en", "What is not listed is hidden")])
def test_each_agency_is_shown_in_words(visit: Visit, lang: str, told: str) -> None:
    administrator = visit("0904", lang=lang)
    page = words(administrator.get(PAGE))
    for one in city().agencies:
        assert one.name["zh" if lang == "zh" else "en"] in page
        shown = words(administrator.get(f"{PAGE}/agencies/{one.key}"))
        assert told in shown
        assert one.role in shown
    assert administrator.get(f"{PAGE}/agencies/nobody").status_code == 404


def test_the_design_in_use_has_no_fault_and_says_what_it_serves(visit: Visit) -> None:
    page = words(visit("0904").get(PAGE))
    assert "正在使用" in page
    assert "文件没有问题" in page
    assert "heyi designs check" in page


def test_files_that_changed_since_the_start_are_told(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "jinhua"
    shutil.copytree(PACKAGED, folder)
    monkeypatch.setattr(arrangements, "folder_in_use", lambda: folder)
    administrator = visit("0904")
    assert "启动以后改过" not in words(administrator.get(PAGE))
    with (folder / "agencies.yaml").open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    assert "现在用的还是启动时的内容" in words(administrator.get(PAGE))


@pytest.mark.parametrize("login", ["0318", "0320", "0901", "0903", "3301", "lin@example.cn"])
def test_nobody_else_reads_them(visit: Visit, login: str) -> None:
    assert visit(login).get(PAGE).status_code == 403
    assert visit(login).get(f"{PAGE}/agencies/national_tax").status_code == 403

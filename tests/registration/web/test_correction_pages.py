"""A correction from both sides: what the office asked stands beside the answer, and on every page that is corrected."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import select

from registration import clock, database
from registration.errors import InvalidInput
from registration.models import Material
from registration.operations import apply
from registration.operations.act import act
from tests.fixtures.cases import actor_of, attach, company, draft, sign_all, submitted
from tests.fixtures.office import CLERK, LIN, taken
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
ASKED = {
    "section.domicile": ("没有写门牌号。", "请写到门牌号和室号"),
    "section.shareholders": ("出资期限写错了。", "请核对出资期限"),
    "section.name": ("字号与他人近似。", "请换一个字号"),
    "section.people": ("姓名写错了。", "请按证件填写姓名"),
    "section.scope": ("项目选错了。", "请改选项目"),
    "section.officers": ("监事不能兼任经理。", "请改选监事"),
}
PAGES = ("domicile", "shareholders", "name", "people", "scope", "officers")


def to_correct(items: list[dict[str, str]]) -> str:
    lin, clerk = actor_of(LIN), actor_of(CLERK)
    ref = submitted("llc", company(), registrar="330702", actor=lin, now=clock.now())
    act(ref, "claim", actor=clerk, now=clock.now())
    act(ref, "request_correction", actor=clerk, now=clock.now(), items=items)
    return ref


def item(target: str, problem: str, remedy: str, **more: str) -> dict[str, str]:
    return {"target": target, "reason_code": "S99", "problem": problem, "remedy": remedy, **more}


def test_every_page_that_is_corrected_repeats_the_office_s_words(visit: Visit) -> None:
    ref = to_correct([item(target, *told) for target, told in ASKED.items()])
    lin = visit(LIN)
    for page in PAGES:
        shown = words(lin.get(f"/applications/{ref}/{page}"))
        problem, remedy = ASKED[f"section.{page}"]
        assert problem in shown, page
        assert remedy in shown, page
        others = [told[0] for target, told in ASKED.items() if target != f"section.{page}"]
        assert not [one for one in others if one in shown], page


def test_the_upload_repeats_them_too(visit: Visit) -> None:
    ref = to_correct([item("material.articles", "第2页看不清。", "请重新扫描")])
    page = words(visit(LIN).get(f"/applications/{ref}/materials/articles"))
    assert "第2页看不清。" in page
    assert "请重新扫描" in page


def test_a_returned_correction_stands_beside_what_was_asked(visit: Visit) -> None:
    domicile = item("section.domicile", "没有写门牌号。", "请写到门牌号")
    ref = to_correct([domicile, item("section.scope", "项目选错了。", "请改选项目")])
    lin, clerk = actor_of(LIN), visit(CLERK)
    form = company()["domicile"] | {"street": "样例街道双溪路88号3幢202室"}
    apply.save_section(ref, "domicile", form, actor=lin, now=clock.now())
    sign_all(ref, actor=lin, now=clock.now())
    page = words(clerk.get(f"/desk/cases/{ref}"))
    assert "上次告知的补正和答复" in page
    part = page[page.index("上次告知的补正和答复") :]
    assert part.index("没有写门牌号。") < part.index("请写到门牌号") < part.index("3幢202室")
    assert "项目选错了。" in part
    assert "已修改" in part
    assert "没有修改" in part


def test_a_file_that_never_came_back_shows_no_notice(visit: Visit) -> None:
    ref = submitted("llc", company(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    assert "上次告知的补正和答复" not in words(visit(CLERK).get(f"/desk/cases/{ref}"))


def with_two_articles() -> tuple[str, list[str]]:
    lin = actor_of(LIN)
    ref = draft("llc", company(), registrar="330702", actor=lin, now=clock.now())
    files = [attach(ref, "articles", actor=lin, now=clock.now(), content=text) for text in (b"one", b"two")]
    attach(ref, "premises_title", actor=lin, now=clock.now())
    sign_all(ref, actor=lin, now=clock.now())
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    return ref, files


def picture() -> tuple[BytesIO, str]:
    data = BytesIO()
    Image.new("RGB", (400, 400), "white").save(data, "PNG")
    data.seek(0)
    return data, "new.png"


def test_the_upload_offers_the_file_that_is_at_fault(visit: Visit) -> None:
    ref, files = with_two_articles()
    clerk, lin = visit(CLERK), visit(LIN)
    marked = {
        f"mark.material.articles.{files[0]}": "bad",
        f"why.material.articles.{files[0]}": "S01",
        f"what.material.articles.{files[0]}": "第1份看不清",
        f"how.material.articles.{files[0]}": "请重新扫描",
    }
    asked = clerk.post(f"/desk/cases/{ref}/ask/request_correction", data=marked)
    assert "公司章程 · " in words(asked)
    assert taken(ref, clerk, "request_correction", data=marked) == 303
    page = lin.get(f"/applications/{ref}/materials/articles")
    assert f'value="{files[0]}" checked' in page.text
    assert f'value="{files[1]}" checked' not in page.text


def test_where_nobody_said_which_the_applicant_chooses(visit: Visit) -> None:
    ref, files = with_two_articles()
    told = [item("material.articles", "看不清", "请重新扫描")]
    act(ref, "request_correction", actor=actor_of(CLERK), now=clock.now(), items=told)
    lin, address = visit(LIN), f"/applications/{ref}/materials/articles"
    assert not re.search(r'name="replaces"[^>]* checked', lin.get(address).text)
    refused = lin.post(address, file=picture())
    assert refused.status_code == 422
    assert "请选择新文件替换哪一份" in words(refused)
    assert lin.post(address, file=picture(), replaces=files[0]).status_code == 303
    with database.reading() as session:
        gone = session.exec(select(Material.ref).where(Material.removed_at != None)).all()  # noqa: E711
    assert gone == [files[0]]


def test_a_notice_names_only_files_of_its_document(visit: Visit) -> None:
    ref, _ = with_two_articles()
    told = [item("material.articles", "看不清", "请重新扫描") | {"material_ref": "somebody-elses"}]
    with pytest.raises(InvalidInput) as refused:
        act(ref, "request_correction", actor=actor_of(CLERK), now=clock.now(), items=told)
    assert [one.path for one in refused.value.problems] == ["items.0.material_ref"]

"""The picture of where a case is, on its page at the desk."""

from collections.abc import Callable

from registration import clock
from registration.operations.act import act
from tests.fixtures.cases import actor_of
from tests.fixtures.office import CLERK, LIN, file_in
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
ITEMS = [{"target": "section.domicile", "reason_code": "S08", "problem": "门牌不清", "remedy": "写明门牌"}]


def test_the_way_of_a_case_is_drawn_in_its_page(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk = visit(CLERK)
    assert f'href="/desk/cases/{ref}/flow"' in clerk.get(f"/desk/cases/{ref}").text
    page = clerk.get(f"/desk/cases/{ref}/flow")
    assert page.status_code == 200
    assert 'class="box now"' in page.text.partition('data-state="under_examination"')[2][:40]
    assert page.text.count('class="way past"') == 4, "three steps, and the legend"
    assert "▶ 现在" in words(page)
    assert "style=" not in page.text
    act(ref, "request_correction", actor=actor_of(CLERK), now=clock.now(), items=ITEMS)
    again = clerk.get(f"/desk/cases/{ref}/flow").text
    assert 'class="box now"' in again.partition('data-state="correction_requested"')[2][:40]


def test_the_picture_speaks_english_too(visit: Visit) -> None:
    ref = file_in()
    page = visit(CLERK, lang="en").get(f"/desk/cases/{ref}/flow")
    assert "Flow chart" in words(page)
    assert "▶ Now" in words(page)
    assert "With the agencies" in words(page)


def test_only_the_office_of_the_case_sees_it(visit: Visit) -> None:
    ref = file_in()
    path = f"/desk/cases/{ref}/flow"
    assert visit("0418").get(path).status_code == 404, "a clerk of another registrar"
    assert visit(LIN).get(path).status_code in (403, 404)
    assert visit().get(path).status_code in (302, 303, 401)

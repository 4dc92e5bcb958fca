"""Photographs on the page of a document: several as one, what is hard to read, a quarter turn."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image
from sqlmodel import select

from registration import clock, database
from registration.models import Material
from tests.fixtures.cases import actor_of, file_of, individual, submitted
from tests.fixtures.office import CLERK, case_of
from tests.fixtures.visitor import Visitor, words
from tests.registration.documents.test_pictures import jpeg, page
from tests.registration.web.test_apply import LIN, begun

Visit = Callable[..., Visitor]
KIND = "premises_lease"


def small() -> bytes:
    return jpeg(page((800, 1100)))


def kept(ref: str) -> list[tuple[str, str, int]]:
    """(name, type, pages) of the documents of the case."""
    file = file_of(ref, actor=actor_of(LIN), now=clock.now())
    return [(one.filename, one.content_type, one.pages) for need in file.needs for one in need.files]


def test_several_pictures_become_one_document_or_stay_apart(visit: Visit) -> None:
    ref, lin = begun("individual", domicile=individual()["domicile"]), visit(LIN)
    pictures = [(BytesIO(small()), f"{number}.jpg") for number in (1, 2)]
    address = f"/applications/{ref}/materials/{KIND}"
    lin.post(address, file=pictures, together="yes")
    assert kept(ref) == [("1.pdf", "application/pdf", 2)]
    pictures = [(BytesIO(small()), f"{number}.jpg") for number in (3, 4)]
    lin.post(address, file=pictures, replaces="")
    assert [name for name, _type, _pages in kept(ref)] == ["1.pdf", "3.jpg", "4.jpg"]


def test_what_is_hard_to_read_is_said_at_once_and_kept(visit: Visit) -> None:
    ref, lin = begun("individual", domicile=individual()["domicile"]), visit(LIN)
    address = f"/applications/{ref}/materials/{KIND}"
    lin.post(address, file=(BytesIO(jpeg(Image.new("RGB", (1200, 1600), "black"))), "暗.jpg"))
    assert "但可能看不清" in words(lin.get(address))
    for shown in (address, f"/applications/{ref}", f"/applications/{ref}/check"):
        assert "照片太暗，可能看不清" in words(lin.get(shown)), shown
    assert kept(ref) == [("暗.jpg", "image/jpeg", 1)]
    (one,) = [one for need in file_of(ref, actor=actor_of(LIN), now=clock.now()).needs for one in need.files]
    lin.post(f"{address}/{one.ref}/turn")
    (turned,) = [one for need in file_of(ref, actor=actor_of(LIN), now=clock.now()).needs for one in need.files]
    assert turned.faults == ["picture.dark"]
    good = BytesIO(jpeg(page()))
    lin.post(address, file=(good, "亮.jpg"), replaces=turned.ref)
    assert "照片太暗" not in words(lin.get(f"/applications/{ref}/check"))


def test_the_clerk_sees_what_may_be_hard_to_read(visit: Visit) -> None:
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    with database.transaction() as session:
        wanted = select(Material).where(Material.application_id == case_of(ref).id)
        session.exec(wanted).first().faults = ["picture.blurred"]  # type: ignore[union-attr]  # it has documents
    assert words(visit(CLERK).get(f"/desk/cases/{ref}")).count("照片模糊，可能看不清") == 2


def test_a_document_is_turned_in_its_place(visit: Visit) -> None:
    ref, lin = begun("individual", domicile=individual()["domicile"]), visit(LIN)
    address = f"/applications/{ref}/materials/{KIND}"
    lin.post(address, file=(BytesIO(small()), "租约.jpg"))
    (one,) = [one for need in file_of(ref, actor=actor_of(LIN), now=clock.now()).needs for one in need.files]
    assert lin.post(f"{address}/{one.ref}/turn").status_code == 303
    (turned,) = [one for need in file_of(ref, actor=actor_of(LIN), now=clock.now()).needs for one in need.files]
    assert (turned.filename, turned.ref != one.ref) == ("租约.jpg", True)
    assert lin.post(f"{address}/{one.ref}/turn").status_code == 404
    assert visit("zhou@example.cn").post(f"{address}/{turned.ref}/turn").status_code == 404

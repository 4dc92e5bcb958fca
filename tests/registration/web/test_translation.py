"""The English page beside a licence: asked for once, made by the worker, downloaded by its owner."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from certificates.paper.page_images import texts
from certificates.signatures.verify import verify
from registration import clock, database, keys
from registration.errors import Conflict, NotFound
from registration.models import Message
from registration.operations import english_summary
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.cases import actor_of, file_of, individual, submitted
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
LIN, CLERK = "lin@example.cn", "0318"


def handed_in() -> str:
    return submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())


def issued() -> str:
    ref = handed_in()
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    act(ref, "approve", actor=actor_of(CLERK), now=clock.now(), opinion="符合条件")
    work_off(papers=True)
    return ref


@pytest.mark.thorough
def test_the_translation_is_asked_for_made_and_downloaded(visit: Visit, settings: Settings) -> None:
    ref, lin = issued(), visit(LIN)
    page = lin.get(f"/applications/{ref}")
    assert f"/applications/{ref}/translation" in page.text
    assert lin.post(f"/applications/{ref}/translation").status_code == 303
    page = lin.get(f"/applications/{ref}")
    assert "正在制作" in words(page)
    assert f"/applications/{ref}/translation" not in page.text
    work_off(papers=True)
    (paper,) = [one for one in file_of(ref, actor=actor_of(LIN), now=clock.now()).papers if one.kind == "courtesy"]
    address = f"/applications/{ref}/papers/{paper.ref}.pdf"
    assert address in lin.get(f"/applications/{ref}").text
    pdf = lin.get(address).data
    (text,) = texts(pdf)
    assert "BUSINESSLICENCE" in text
    assert "TheChinesetextaloneisauthoritative" in text
    assert "WuchengDistrict,JinhuaCity,Zhejiang" in text
    verdict = verify(pdf, trust_roots=keys.trust_roots(settings))
    assert "signature.altered" not in verdict.problems
    assert "signature.missing" not in verdict.problems
    assert verdict.sha256 == paper.sha256
    assert visit("zhou@example.cn").get(address).status_code == 404


@pytest.mark.thorough
def test_asked_twice_it_is_made_once(visit: Visit) -> None:
    ref = issued()
    first = english_summary.request(ref, actor=actor_of(LIN), now=clock.now())
    assert english_summary.request(ref, actor=actor_of(LIN), now=clock.now()).id == first.id
    with database.reading() as session:
        assert len(session.exec(select(Message.id).where(Message.effect == english_summary.EFFECT)).all()) == 1
    work_off(papers=True)
    assert english_summary.request(ref, actor=actor_of(LIN), now=clock.now()).storage_key


def test_without_a_licence_there_is_nothing_to_translate(visit: Visit) -> None:
    ref = handed_in()
    assert "英文译本" not in words(visit(LIN).get(f"/applications/{ref}"))
    with pytest.raises(Conflict) as caught:
        english_summary.request(ref, actor=actor_of(LIN), now=clock.now())
    assert caught.value.reason == "licence_not_issued"


def test_a_stranger_cannot_ask(visit: Visit) -> None:
    ref = issued()
    assert visit("zhou@example.cn").post(f"/applications/{ref}/translation").status_code == 404
    for nowhere in (ref, "HY-2000-000001"):
        with pytest.raises(NotFound):
            english_summary.request(nowhere, actor=actor_of("zhou@example.cn"), now=clock.now())

"""Uploads of one account are counted and weighed; a file that a scanner objects to is not kept. Page and API alike."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlmodel import select

from registration import clock, database
from registration import settings as configuration
from registration.errors import InvalidInput
from registration.gateways.antivirus import EICAR
from registration.models import Material
from registration.operations import apply
from registration.operations.apply import Stored
from registration.queries.quota import Quota
from registration.settings import Settings
from tests.fixtures.cases import actor_of, draft, individual
from tests.fixtures.visitor import Visitor, words
from tests.registration.documents.test_uploads import picture
from tests.registration.web.conftest import database_url, desk_app, visit

__all__ = ["database_url", "desk_app", "visit"]

LIN = "lin@example.cn"
Visit = Callable[..., Visitor]


def stored(size: int, number: int = 0) -> Stored:
    return Stored("a.png", "image/png", size, 1, f"{number:064}", f"materials/{number}")


def hand_in(ref: str, size: int, quota: Quota, *, days: int = 0, number: int = 0) -> str:
    now = clock.now() + timedelta(days=days)
    return apply.attach(ref, "articles", stored(size, number), actor=actor_of(LIN), now=now, quota=quota).ref


def refusal(ref: str, size: int, quota: Quota, **more: Any) -> str:
    with pytest.raises(InvalidInput) as refused:
        hand_in(ref, size, quota, **more)
    return str(refused.value.problems[0].code)


@pytest.fixture
def case(visit: Visit) -> str:
    return draft("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())


def test_files_and_bytes_of_a_day_and_bytes_of_drafts_are_limited(case: str) -> None:
    with database.reading() as session:
        kept = session.exec(select(Material)).all()
    few = Quota(files_per_day=len(kept) + 2, bytes_per_day=10**9, bytes_in_drafts=10**9)
    hand_in(case, 10, few)
    taken_out = hand_in(case, 10, few)
    apply.detach(case, taken_out, actor=actor_of(LIN), now=clock.now())
    assert refusal(case, 10, few) == "upload.too_many_today"
    hand_in(case, 10, few, days=2)
    weight = sum(one.size for one in kept)
    heavy = Quota(files_per_day=999, bytes_per_day=weight + 1030, bytes_in_drafts=10**9)
    assert refusal(case, 1011, heavy) == "upload.too_much_today"
    full = Quota(files_per_day=999, bytes_per_day=10**9, bytes_in_drafts=weight + 1020)
    assert refusal(case, 1001, full, days=9) == "upload.drafts_full"
    assert hand_in(case, 1000, full, days=9)


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv("HEYI_UPLOAD_BYTES_IN_DRAFTS", "5")
    configuration.settings.cache_clear()
    settings.upload_bytes_in_drafts = 5


def test_the_page_says_what_to_do(visit: Visit, case: str, tight: None) -> None:
    answer = visit(LIN).post(f"/applications/{case}/materials/power_of_attorney", file=(BytesIO(picture()), "a.png"))
    assert answer.status_code == 422
    assert "请先提交或者撤回不用的申请" in words(answer)


def test_a_file_with_malware_is_refused_and_not_kept(visit: Visit, case: str, settings: Settings) -> None:
    before = {path for path in settings.home.rglob("*") if path.is_file()}
    infected = BytesIO(picture() + EICAR)
    answer = visit(LIN).post(f"/applications/{case}/materials/power_of_attorney", file=(infected, "a.png"))
    assert answer.status_code == 422
    assert "EICAR-Test-File" in words(answer)
    assert not [path for path in settings.home.rglob("materials/*/*") if path not in before]


def test_a_scanner_that_is_away_keeps_the_file_out(visit: Visit, case: str, settings: Settings) -> None:
    settings.antivirus, settings.clamd_address = "clamd", str(settings.home / "no-clamd")
    answer = visit(LIN).post(f"/applications/{case}/materials/power_of_attorney", file=(BytesIO(picture()), "a.png"))
    assert answer.status_code == 503
    assert "杀毒程序没有应答" in words(answer)

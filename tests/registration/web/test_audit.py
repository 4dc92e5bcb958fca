"""The audit finds who looked at which personal data: by case, by person, by period, and in the export."""

from collections.abc import Callable
from datetime import timedelta

from registration import clock
from registration.operations import sensitive
from tests.fixtures.cases import actor_of
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
CLERK, AUDITOR = "0318", "0903"
PAGE = "/admin/audit"


def test_looks_at_personal_data_are_found(visit: Visit, examined: str) -> None:
    sensitive.reveal(examined, "people.0.id_no", reason="核对证件原件", actor=actor_of(CLERK), now=clock.now())
    auditor = visit(AUDITOR)
    today = clock.local_date(clock.now())
    tomorrow = today + timedelta(days=1)
    for query, found in (
        ("tag=views", True),
        (f"tag=views&ref={examined}", True),
        (f"tag=views&ref={examined.lower()}", True),
        ("tag=views&ref=HY-2026-999999", False),
        (f"tag=views&subject={CLERK}", True),
        ("tag=views&subject=0319", False),
        (f"tag=views&from={today}&to={today}", True),
        (f"tag=views&from={tomorrow}&to={tomorrow}", False),
        ("tag=sensitive:", True),
        ("tag=material:", False),
    ):
        page = words(auditor.get(f"{PAGE}?{query}"))
        assert ("核对证件原件" in page) is found, query
        exported = auditor.get(f"{PAGE}/entries.csv?{query}").text
        assert ("核对证件原件" in exported) is found, query
    assert "查看完整内容" in words(auditor.get(f"{PAGE}?ref={examined}"))
    assert f"search.ref: {examined}" in words(auditor.get(f"{PAGE}?tag=audit:export"))

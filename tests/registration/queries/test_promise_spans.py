"""How long a promise runs already, also of a case whose history its present table does not know."""

from datetime import UTC, datetime

from registration.models import Application, HistoryEntry
from registration.queries.promises import arrived_at, case_span
from workflows.promise import Span


def at(day: str, hour: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}+08:00").astimezone(UTC)


def case(due_at: datetime | None) -> Application:
    return Application(  # type: ignore[call-arg]  # never stored, only what is read
        matter="establishment",
        entity_type="llc",
        regime="company_law_2024",
        definition="establishment@1",
        state="under_examination",
        due_at=due_at,
    )


def entry(action: str, source: str, target: str, role: str, day: str) -> HistoryEntry:
    return HistoryEntry(  # type: ignore[call-arg]  # never stored, only what is read
        tag=f"application:{action}", source=source, target=target, role=role, at=at(day), data={}
    )


def test_a_history_that_the_table_knows_tells_the_span() -> None:
    told = [
        entry("sign", "signing", "submitted", "signer", "2026-10-12"),
        entry("claim", "submitted", "under_examination", "examiner", "2026-10-13"),
    ]
    assert case_span(case(at("2026-10-15", "17:30")), told) == Span(at("2026-10-12"), 3)
    assert arrived_at(told) == at("2026-10-13")


def test_of_a_case_that_was_moved_the_coming_to_its_state_counts() -> None:
    told = [
        entry("hand_in", "paper", "pile", "clerk", "2026-10-12"),
        entry("migrate", "pile", "under_examination", "system", "2026-10-13"),
    ]
    assert case_span(case(at("2026-10-15", "17:30")), told) == Span(at("2026-10-13"), 2)


def test_where_nothing_is_due_no_span_runs() -> None:
    assert case_span(case(None), [entry("sign", "signing", "submitted", "signer", "2026-10-12")]) is None
    assert case_span(case(at("2026-10-15", "17:30")), []) is None

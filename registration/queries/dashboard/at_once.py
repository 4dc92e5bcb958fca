"""What the system decided at once in a period, how fast, and what the audits of the sample found."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from registration.models import Application, DecisionAttempt, SampleAudit
from registration.queries.dashboard.selection import Selection
from registration.queries.dashboard.times import MOST, quantile


@dataclass(frozen=True)
class Figures:
    """Cases that the system tried, that it decided, and what came of the sample of the same days.

    `seconds` is the median from the submission to the decision, of the latest decisions; None without one.
    """

    tried: int
    decided: int
    seconds: float | None
    sampled: int
    right: int
    faulty: int

    @property
    def audited(self) -> int:
        return self.right + self.faulty

    @property
    def decided_percent(self) -> float | None:
        return 100 * self.decided / self.tried if self.tried else None

    @property
    def faulty_percent(self) -> float | None:
        return 100 * self.faulty / self.audited if self.audited else None


def figures(session: Session, selection: Selection) -> Figures:
    attempts = tried_at_once(selection).with_only_columns(col(DecisionAttempt.decided), func.count())
    tried = {bool(row[0]): row[1] for row in session.execute(attempts.group_by(col(DecisionAttempt.decided)))}
    samples = sampled(selection).with_only_columns(col(SampleAudit.verdict), func.count())
    verdicts = {row[0]: row[1] for row in session.execute(samples.group_by(col(SampleAudit.verdict)))}
    return Figures(
        tried=sum(tried.values()),
        decided=tried.get(True, 0),
        seconds=_median_seconds(session, selection),
        sampled=sum(verdicts.values()),
        right=verdicts.get("right", 0),
        faulty=verdicts.get("faulty", 0),
    )


def tried_at_once(selection: Selection) -> Select[Any]:
    """(case_id) of each attempt of the period; to be narrowed and counted."""
    return (
        select(col(DecisionAttempt.application_id))
        .join(Application, col(Application.id) == col(DecisionAttempt.application_id))
        .where(*selection.within(col(DecisionAttempt.at)), *selection.cases())
    )


def sampled(selection: Selection) -> Select[Any]:
    """(case_id) of each decision that was chosen for the sample in the period; to be narrowed and counted."""
    return (
        select(col(SampleAudit.application_id))
        .join(Application, col(Application.id) == col(SampleAudit.application_id))
        .where(*selection.within(col(SampleAudit.chosen_at)), *selection.cases())
    )


def _median_seconds(session: Session, selection: Selection) -> float | None:
    """Without a case that came back and was handed in once more since, whose first submission its row has no longer."""
    at, sent = col(DecisionAttempt.at), col(Application.submitted_at)
    newest = tried_at_once(selection).with_only_columns(at, sent).where(col(DecisionAttempt.decided), sent <= at)
    rows = session.execute(newest.order_by(at.desc()).limit(MOST))
    seconds = sorted((decided_at - sent_at).total_seconds() for decided_at, sent_at in rows)
    return quantile(seconds, 0.5) if seconds else None

"""The items of the list of responsibilities: duties by step from the power list, with the figures of a period."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from registration.clock import local_date
from registration.queries.power_list import Edge, power_item
from registration.queries.public_figures import public_figures
from registration.rules.city import city
from registration.rules.duties import DutyRow, RuleRow, duty_rows
from registration.rules.norms import articles
from registration.rules.power_items import DutyItem, ListedDuties, ListedRule


def duty_item(session: Session, matter: str, edge: Edge, *, period: str, now: datetime) -> DutyItem:
    """KeyError for a matter that is not there."""
    today = local_date(now)
    item, words = power_item(session, matter, edge, today=today), duty_rows()
    counted = public_figures(matter, period)
    duties = {key: _rule(key, row, today) for key, row in words.duties.items()}
    return DutyItem(
        matter=matter,
        definition=item.definition,
        name=item.name,
        steps=tuple(
            ListedDuties(
                step=one.step,
                name=one.name,
                roles=one.roles,
                limit=one.limit,
                duties=tuple(duties[key] for key in one.duties),
            )
            for one in item.steps
            if one.duties
        ),
        must_not=_rules(words.must_not, today),
        consequences=_rules(words.consequences, today),
        complaint=item.complaint,
        answers_in=city().about.service.complaint_answer,
        supervision_phone=item.supervision_phone,
        since=counted.period.first,
        until=counted.period.last,
        made_at=counted.made_at,
        figures=counted.rows,
    )


def _rules(rows: Mapping[str, RuleRow], day: date) -> tuple[ListedRule, ...]:
    return tuple(_rule(key, row, day) for key, row in rows.items())


def _rule(key: str, row: DutyRow | RuleRow, day: date) -> ListedRule:
    return ListedRule(key=key, text=row.words, law=articles(row.law, day))

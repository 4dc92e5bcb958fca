"""What founders are spared, against registering one after the other: certificates, visits, working days."""

from collections.abc import Sequence
from dataclasses import dataclass

from registration.rules.city import Comparison, city


@dataclass(frozen=True)
class Saving:
    """For each registration: how many it took separately, how many it takes now; `total` is saved by all of them."""

    key: str
    before: float
    now: float
    total: float


@dataclass(frozen=True)
class Savings:
    """`registrations`: approved in the period. `rows` without days where no case shows how long it takes now."""

    registrations: int
    rows: Sequence[Saving]
    assumed: Comparison


def savings(*, registrations: int, days: float | None) -> Savings | None:
    """None where the city has no figures to compare with. `days`: the median of the period, from receipt to decision.

    Nothing is counted as saved where it takes longer now.
    """
    assumed = city().about.comparison
    if assumed is None:
        return None
    separate = assumed.separate
    rows = [
        _saving("certificates", sum(one.certificates for one in separate), 1, registrations),
        _saving("visits", sum(one.visits for one in separate), assumed.visits, registrations),
    ]
    if days is not None:
        rows.append(_saving("days", sum(one.days for one in separate), round(days, 1), registrations))
    return Savings(registrations, rows, assumed)


def _saving(key: str, before: float, now: float, registrations: int) -> Saving:
    return Saving(key, before, now, round(max(0.0, before - now) * registrations, 1))

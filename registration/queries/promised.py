"""What may be promised for a case: an end date, or only the day of the decision on acceptance."""

from registration.matters import definition_of
from registration.models import Application


def acceptance_comes_first(case: Application) -> bool:
    """Whether the time limit of the whole case begins with a later acceptance.

    Then a new file has a promised day for the acceptance only, and no end date.
    """
    table = definition_of(case.definition)
    return table.intake not in table.clock[case.regime].runs_in

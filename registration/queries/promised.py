"""What may be promised of a case: an end, or only the day on which it is decided whether the file is accepted."""

from registration.matters import definition_of
from registration.models import Application


def acceptance_comes_first(case: Application) -> bool:
    """Whether the time for the whole case begins with an acceptance that is still to come.

    Then a file that has just arrived is promised an answer about acceptance, and no end.
    """
    table = definition_of(case.definition)
    return table.intake not in table.clock[case.regime].runs_in

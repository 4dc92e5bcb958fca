"""Rules on the meeting that decided: who was there, and the majority that the law asks for."""

from collections.abc import Iterator
from fractions import Fraction

from registration.rules.case import Case, Rule
from registration.rules.form.meeting import Meeting
from registration.rules.problems import Problem
from registration.rules.registered_entity import majority_of

# FCL 30(1): two thirds of a co-operative's members attend.
QUORUM = Fraction(2, 3)


def attendance(case: Case) -> Iterator[Problem]:
    """The meeting was held, and enough members of a co-operative came."""
    meeting, members = case.form.meeting, case.form.members
    if meeting is None:
        return
    if meeting.held_on > case.today:
        yield Problem("meeting.held_on", "closing.day_to_come")
    if members and len(set(meeting.attended)) < QUORUM * len(members.listed):
        found = {"found": len(set(meeting.attended)), "all": len(members.listed)}
        yield Problem("meeting.attended", "meeting.too_few", found)


def majority(case: Case) -> Iterator[Problem]:
    """Of the votes present in a company (Company Law 116), of the votes of all members in a co-operative (FCL 30)."""
    meeting, chosen = case.form.meeting, case.form.chosen
    if meeting is None or chosen is None:
        return
    if meeting.in_favour > meeting.votes:
        yield Problem("meeting.in_favour", "meeting.more_than_present", {"votes": meeting.votes})
    elif not _reached(majority_of(chosen.matter, chosen.items), meeting, case):
        yield Problem("meeting.in_favour", "meeting.no_majority")


def _reached(wanted: str, meeting: Meeting, case: Case) -> bool:
    """More than half, or two thirds or more."""
    # Further votes of members with large contributions are in the articles (FCL 22), so there may be more votes.
    everybody = len(case.form.members.listed) if case.form.members else meeting.votes
    if wanted == "half":
        return meeting.in_favour * 2 > everybody
    return meeting.in_favour * 3 >= everybody * 2


RULES: tuple[Rule, ...] = (attendance, majority)

"""Marks and internal notes over HTTP: the office's own, and never an applicant's or an agency's to read."""

from collections.abc import Callable

from tests.fixtures.database import sqlite_only
from tests.fixtures.office import CLERK, LIN, WINDOW, file_in
from tests.registration.api.conftest import Program

Programs = Callable[[str], Program]

database_url = sqlite_only


def test_marks_and_notes_are_the_offices_own(program: Programs) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk, colleague, lin = (program(login) for login in (CLERK, WINDOW, LIN))
    marks, notes = f"/applications/{ref}/marks", f"/applications/{ref}/notes"
    bad = {"target": "section.people.p2", "verdict": "bad", "reason_code": "S11", "problem": "证件过期"}
    given = clerk.put(marks, json={"items": [{"target": "section.name", "verdict": "ok"}, bad]})
    assert given.status_code == 200, given.json
    rows = colleague.get(marks).json["items"]
    assert [(one["target"], one["verdict"], one["staff_no"], one["own"]) for one in rows] == [
        ("section.name", "ok", CLERK, False),
        ("section.people.p2", "bad", CLERK, False),
    ]
    # A mark without content is deleted, and what does not exist is refused at its place.
    assert len(clerk.put(marks, json={"items": [{"target": "section.name"}]}).json["items"]) == 1
    wrong = [{"target": "section.people.p9", "verdict": "ok"}, {"target": "section.tax", "reason_code": "Z99"}]
    refused = clerk.put(marks, json={"items": wrong})
    assert refused.status_code == 422
    assert {one["path"] for one in refused.json["errors"]} == {"items.0.target", "items.1.reason_code"}

    assert clerk.post(notes, json={"words": "电话里说好周五补交"}).status_code == 200
    (note,) = colleague.get(notes).json["items"]
    assert (note["staff_no"], note["words"]) == (CLERK, "电话里说好周五补交")
    assert clerk.post(notes, json={"words": " "}).status_code == 422
    for path in (marks, notes):
        assert lin.get(path).status_code == 403
        assert program("0417").get(path).status_code == 404
    for path in (f"/applications/{ref}", f"/applications/{ref}/messages"):
        answer = lin.get(path)
        assert answer.status_code == 200
        assert "周五补交" not in answer.get_data(as_text=True)
        assert "note" not in answer.get_data(as_text=True)

"""How many pages and fields there are between the start page and the submission, as a person meets them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import Any

import pytest

from tests.fixtures.applicant_pages import typed
from tests.fixtures.cases import company, individual, scope_codes
from tests.fixtures.visitor import Visitor
from tests.registration.documents.test_uploads import picture
from tests.registration.web.test_apply import LIN

Visit = Callable[..., Visitor]
# What nobody has to fill in; the key of a person is in the address.
OPTIONAL = re.compile(r"\.(key|kind|email|nation|area_m2|id_type|use|born_on|sex)$")

# Pages that are no more than a button for what was filled in on others, and the one that goes by person.
ON_PAGE: dict[str, dict[str, str]] = {
    **{section: {"": ""} for section in ("scope", "people", "shareholders")},
    "officers": {
        "officers.board": "single",
        "officers.post.p1": "director",
        "officers.supervision": "supervisors",
        "officers.supervisor.p2": "yes",
        "officers.manager.p1": "yes",
    },
}


@dataclass
class Walk:
    """Goes from page to page and counts; a field counts if its value is not there already."""

    lin: Visitor
    pages: int = 0
    fields: list[str] = field(default_factory=list)

    def fill(self, address: str, data: Mapping[str, Any], *, post: str = "") -> str:
        """Opens a page, fills in what is missing and sends it; the address of the next page."""
        page = self.lin.get(address)
        assert page.status_code == 200, address
        self.pages += 1
        asked = {name: value for name, value in data.items() if value and not OPTIONAL.search(name)}
        self.fields += [name for name, value in asked.items() if not _is_there(page.text, name, value)]
        answer = self.lin.post(post or address, data=asked)
        assert answer.status_code == 303, (address, answer.status_code)
        return str(answer.location)

    def hand_in(self, address: str) -> None:
        self.pages += 1
        self.fields.append(address)
        assert self.lin.post(address, file=(BytesIO(picture("JPEG")), "a.jpg")).status_code == 303


def _is_there(page: str, name: str, value: Any) -> bool:
    """Whether the control shows this value before anybody touches it."""
    shown = f'value="{escape(str(value))}"'
    inputs = [tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag and shown in tag]
    chosen = re.search(
        rf'<select[^>]*name="{re.escape(name)}"[^>]*>(?:(?!</select>).)*{shown} selected', page, re.DOTALL
    )
    return bool(chosen) or any(" checked" in tag or not re.search("radio|checkbox", tag) for tag in inputs)


def walked(lin: Visitor, kind: str, form: Mapping[str, Any], pages: Iterable[str], documents: Iterable[str]) -> Walk:
    walk = Walk(lin)
    start = {"entity_type": kind, "registrar": "330702"}
    at = walk.fill("/applications/new", start).removesuffix("/")
    for section in pages:
        if section == "scope":
            lin.post(f"{at}/scope", add=scope_codes()[0])
            walk.fields.append("scope")
        if section == "people":
            for person in form["people"]:
                walk.fill(f"{at}/people/{person['key']}", typed(f"people.{person['key']}", person))
        if section == "shareholders":
            for place, row in enumerate(form["shareholders"], 1):
                walk.fill(f"{at}/shareholders/{place}", typed(f"shareholders.{place - 1}", row))
        own = ON_PAGE.get(section) or typed(section, form[section])
        walk.fill(f"{at}/{section}", own)
    for document in documents:
        walk.hand_in(f"{at}/materials/{document}")
    assert walk.fill(f"{at}/check", {"declared": "yes"}) == f"{at}/signatures"
    return walk


def test_an_individual_business(visit: Visit) -> None:
    pages = ("name", "domicile", "scope", "people", "operator", "contacts")
    walk = walked(visit(LIN), "individual", individual(), pages, ["premises_lease"])
    assert walk.pages <= 12
    assert len(walk.fields) <= 20, walk.fields


@pytest.mark.thorough
def test_a_company_of_three(visit: Visit) -> None:
    pages = (
        "name",
        "domicile",
        "scope",
        "capital",
        "people",
        "shareholders",
        "officers",
        "legal_rep",
        "contacts",
        "owners",
    )
    walk = walked(visit(LIN), "llc", company(), pages, ["premises_title"])
    assert walk.pages <= 28
    assert len(walk.fields) <= 55, walk.fields

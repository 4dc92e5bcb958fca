"""The application document (申请书): the content of the application, its signers, times and declarations.

Company Law art. 30; Regulation arts. 16-18. Two papers: identity numbers, mobiles and home addresses are on a page of
their own, which fewer people may read (rules on registration documents of 2026).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration.clock import local
from registration.keys.field_encryption import decrypt_form
from registration.matters import definition_of
from registration.models import Application, HistoryEntry, Revision
from registration.queries.changes import revision_of
from registration.queries.founding_documents import texts_of
from registration.queries.sections_asked import sections_of
from registration.rules.answers import answer_text, answer_texts, printable
from registration.rules.currencies import labelled
from registration.rules.declarations import AGREED, declaration_text, order
from registration.rules.fields import label_of
from registration.rules.form import Form, read
from registration.rules.form.parties import parties_in
from registration.rules.languages import OF_PAPERS
from registration.rules.materials import material_label
from registration.rules.norms import listed
from registration.rules.reasons import bases
from registration.rules.signers import CAPACITIES

APPLICATION, PERSONS = "application", "application_persons"
DOCUMENTS = (APPLICATION, PERSONS)
# The effect for a document that is made from the answers; the paper has the document's own kind.
FOUNDING_DOCUMENT = "founding_document"
# The sections whose list of contributions has a table.
_LISTS = ("partners", "members")
# These have tables of their own, are on the page of the persons, or are in the documents.
_ELSEWHERE = frozenset(
    {"people", "shareholders", "members", "officers", "legal_rep", "council", "contacts", "documents"}
)
_CONTACTS = {"contacts.liaison", "contacts.finance", "tax.officer", "social.handler"}
Rows = tuple[tuple[str, ...], ...]


def application_words(session: Session, case: Application, *, revision: int, on: date) -> tuple[Any, ...]:
    """Paragraphs, rows, paragraphs and further tables of the application that was submitted as `revision`."""
    submitted = _submitted(session, case, revision)
    form = decrypt_form(submitted.form, case=case.ref)
    signatures = list(signatures_under(session, case, digest=submitted.digest))
    made, uploaded = texts_of(session, case, submitted), submitted.materials
    law = listed(bases(["MR16", "MR17"], matter=case.matter, regime=case.regime, on=on, lang=OF_PAPERS), OF_PAPERS)
    matter = definition_of(case.definition).title[OF_PAPERS]
    before = f"依照{law}，向登记机关申请{matter}，填写的内容、提交的材料和各签名人的声明如下。"
    after = (
        f"所签内容的摘要（SHA-256）：{submitted.digest}",
        "本申请书由登记系统按签名人所签的内容生成。证件号码、手机号码和住址载于人员信息页，单独保管。",
    )
    sections = {
        "contributions": _contributions(form),
        "posts": _posts(form, case),
        "materials": (
            *((material_label(one.kind, OF_PAPERS, case.matter), "由系统按填写内容生成", one.digest()) for one in made),
            *((material_label(m["kind"], OF_PAPERS, case.matter), m["filename"], m["sha256"]) for m in uploaded),
        ),
        "declarations": _declarations(case, signatures, on=on),
        "signatures": _signed(case, form, signatures, digest=submitted.digest),
    }
    tables = {key: _printable(rows) for key, rows in sections.items() if rows}
    return (before,), _printable(_items(form, case)), after, tables


def persons_words(session: Session, case: Application, *, revision: int) -> tuple[Any, ...]:
    """The page that bears the personal data of the same revision."""
    form = decrypt_form(_submitted(session, case, revision).form, case=case.ref)
    before = "本页是登记申请书的一部分，只供依法有权查看个人信息的人员使用。"
    rows = [_person(person) for person in parties_in(form)]
    rows += [row for path in sorted(_CONTACTS) if (row := _contact(path, form)) is not None]
    rows += _recipient(form)
    return (before,), _printable(rows), (), {}


def _printable(rows: Iterable[Iterable[str]]) -> Rows:
    return tuple(tuple(printable(cell) for cell in row) for row in rows)


def _submitted(session: Session, case: Application, revision: int) -> Revision:
    found = revision_of(session, case, revision)
    assert found is not None
    return found


def _items(form: Mapping[str, Any], case: Application) -> Rows:
    """Every answer that is neither personal nor in another table, one line each."""
    rows = []
    for section in sections_of(case, form):
        if section.key not in _ELSEWHERE and form.get(section.key):
            rows += [
                (f"{section.label[OF_PAPERS]}：{label}", words)
                for label, words in answer_texts(
                    section.key, _without_contributions(form), entity_type=case.entity_type
                )
            ]
    return tuple(rows)


def _contributions(form: Mapping[str, Any]) -> Rows:
    """A line for each shareholder, contribution of a partner, and member of a co-operative."""
    rows = [("shareholders.*", row) for row in form.get("shareholders") or ()]
    for section in _LISTS:
        rows += [(f"{section}.listed.*", row) for row in (form.get(section) or {}).get("listed") or ()]
    return tuple(_contribution(at, row, form) for at, row in rows)


def _without_contributions(form: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form without the lists that are in the table of contributions."""
    return {**form, **{section: {**form[section], "listed": None} for section in _LISTS if form.get(section)}}


def _contribution(at: str, row: Mapping[str, Any], form: Mapping[str, Any]) -> tuple[str, str]:
    said = (
        f"{labelled(f'{at}.{name}', form, OF_PAPERS)}：{answer_text(f'{at}.{name}', value, form)}"
        for name, value in row.items()
        if name != "person" and value not in (None, "", [])
    )
    return answer_text(f"{at}.person", row.get("person"), form), "；".join(said)


def _posts(form: Mapping[str, Any], case: Application) -> Rows:
    read_form, _ = read(form, entity_type=case.entity_type, regime=case.regime)
    held: dict[str, list[str]] = {}
    for key, post in _held(read_form):
        held.setdefault(key, []).append(post)
    names = {person.key: person.name for person in read_form.persons}
    return tuple((names[key], "、".join(dict.fromkeys(posts))) for key, posts in held.items() if key in names)


def _held(form: Form) -> Iterator[tuple[str, str]]:
    if form.legal_rep:
        yield form.legal_rep.person, "法定代表人"
    if form.officers:
        for row in form.officers.directors:
            yield row.person, answer_text("officers.directors.*.post", row.post, {}) or "董事"
        yield from ((key, "监事") for key in form.officers.supervisors)
        yield from ((key, "经理") for key in form.officers.managers)
    if form.council:
        yield form.council.person, "理事长（法定代表人）"
        yield from ((key, "理事") for key in form.council.directors)
        yield from ((key, "监事") for key in form.council.supervisors)


def signatures_under(session: Session, case: Application, *, digest: str) -> Iterator[HistoryEntry]:
    """The latest signature of each person for exactly this content, in the order of signing."""
    query = select(HistoryEntry).where(
        col(HistoryEntry.application_id) == case.id, col(HistoryEntry.tag) == "application:sign"
    )
    entries = session.scalars(query.order_by(col(HistoryEntry.seq)))
    latest = {entry.data["person"]: entry for entry in entries if entry.data.get("digest") == digest}
    yield from sorted(latest.values(), key=lambda entry: entry.seq)


def _declared(entry: HistoryEntry) -> Iterable[str]:
    return entry.data.get("declarations") or (AGREED,)


def _declarations(case: Application, signatures: list[HistoryEntry], *, on: date) -> Rows:
    made = dict.fromkeys(key for entry in signatures for key in _declared(entry))
    return tuple(
        (_letter(place), declaration_text(key, matter=case.matter, regime=case.regime, on=on, lang=OF_PAPERS))
        for place, key in enumerate(_in_order(case, made))
    )


def _signed(case: Application, form: Mapping[str, Any], signatures: list[HistoryEntry], *, digest: str) -> Rows:
    made = _in_order(case, dict.fromkeys(key for entry in signatures for key in _declared(entry)))
    letters = {key: _letter(place) for place, key in enumerate(made)}
    people = {person.get("key"): person for person in parties_in(form)}
    return tuple(
        (
            signer_name(people, entry.data),
            "、".join(CAPACITIES[one][OF_PAPERS] for one in entry.data["capacities"]),
            "".join(letters[key] for key in _in_order(case, dict.fromkeys(_declared(entry)))),
            f"{local(entry.at):%Y-%m-%d %H:%M:%S}，{digest[:32]}",
        )
        for entry in signatures
    )


def _in_order(case: Application, keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=lambda key: order(key, matter=case.matter))


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def signer_name(people: Mapping[Any, Mapping[str, Any]], signed: Mapping[str, Any]) -> str:
    """The name of the signer, with the organizations that the signer represents."""
    covered = [people.get(key, {}) for key in signed.get("keys") or (signed["person"],)]
    organizations = [str(one.get("name", "")) for one in covered if one.get("kind") == "legal"]
    own = "representative" if covered[0].get("kind") == "legal" else "name"
    name = str(covered[0].get(own, ""))
    return f"{name}（代表{'、'.join(organizations)}）" if organizations else name


def _person(person: Mapping[str, Any]) -> tuple[str, ...]:
    reach = "；".join(str(person[name]) for name in ("mobile", "email") if person.get(name))
    name, address = str(person.get("name", "")), str(person.get("address") or "——")
    if person.get("kind") == "legal":
        signs = f"{person.get('representative', '')} {person.get('representative_id_no', '')}"
        return name, f"{_registered(person)}；{signs}", reach or "——", address
    kind = answer_text("people.*.id_type", person.get("id_type") or "resident_id", {})
    return name, f"{kind} {person.get('id_no', '')}", reach or "——", address


def _registered(person: Mapping[str, Any]) -> str:
    """An organization's code, or where abroad it is registered and under which number."""
    if person.get("uscc"):
        return f"统一社会信用代码 {person['uscc']}"
    seat = person.get("country") or answer_text("people.*.seat", person.get("seat") or "", {})
    return f"{seat}登记号码 {person.get('number_abroad', '')}"


def _recipient(form: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Who receives legal papers in China for the investors from abroad."""
    said = form.get("foreign") or {}
    if not said:
        return []
    name = f"{said.get('recipient', '')}（{label_of('foreign.recipient', OF_PAPERS)}）"
    return [(name, "——", str(said.get("recipient_phone") or "——"), str(said.get("recipient_address") or "——"))]


def _contact(path: str, form: Mapping[str, Any]) -> tuple[str, ...] | None:
    """A contact who is not among the persons of the form."""
    section, _, name = path.partition(".")
    contact = (form.get(section) or {}).get(name) or {}
    if not contact.get("name"):
        return None
    reach = "；".join(str(contact[key]) for key in ("mobile", "phone", "email") if contact.get(key))
    return f"{contact['name']}（{label_of(path, OF_PAPERS)}）", "——", reach or "——", "——"

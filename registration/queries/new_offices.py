"""The offices that a case gives: all of its form, or those that the entity it is about has not registered yet."""

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from registration.keys.field_encryption import blind_index
from registration.models import Application, EntityCase, EntityOffice
from registration.queries.case_rows import PageQuery
from registration.rules.entity_types import type_row
from registration.rules.form import Form
from registration.rules.form.persons import NaturalPerson
from registration.rules.offices import offices_in
from registration.rules.registered_entity import register_rows

_HELD = PageQuery(
    select(col(EntityOffice.number_hash), col(EntityOffice.capacity))
    .join(EntityCase, col(EntityCase.entity_id) == col(EntityOffice.entity_id))
    .where(col(EntityCase.application_id) == bindparam("case_id"))
)


def new_offices(session: Session, case: Application, form: Form) -> list[tuple[NaturalPerson, tuple[str, ...]]]:
    """Each person with the capacities that are new. Whoever holds one already was judged when it was registered."""
    found = [(person, tuple(capacities)) for person, capacities in offices_in(form, type_row(case.entity_type))]
    if register_rows(case.matter) is None:
        return found
    held = _held(session, case)
    fresh = ((one, tuple(post for post in posts if (blind_index(one.id_no), post) not in held)) for one, posts in found)
    return [(one, posts) for one, posts in fresh if posts]


def _held(session: Session, case: Application) -> set[tuple[str, str]]:
    """Hash of the number, and capacity, of everybody in office at the entity that the case is about."""
    return {(number, capacity) for number, capacity in _HELD.rows(session, case_id=case.id)}

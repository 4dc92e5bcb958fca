"""Accounts of the office and the agencies: only an administrator creates and ends them."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from registration.access import OFFICE
from registration.database import reading, transaction
from registration.errors import InvalidInput, NotFound
from registration.keys.account_names import login_key, seal_address
from registration.models import Account, Registrar
from registration.operations.accounts import (
    end_sessions,
    insert_into,
    locked_row,
    name_problems,
    own_password_problems,
    replace_password,
)
from registration.operations.audit import note
from registration.operations.passwords import hashed, password_problems
from registration.queries.accounts import find_login, find_staff
from registration.rules.city import city, officer_roles
from registration.rules.email_address import address_problems, tidy_address
from registration.rules.problems import Problem

SEPARATED = frozenset({"archivist", "hotline", "sysadmin", "secadmin", "auditor"})


def known_roles() -> frozenset[str]:
    """The roles that an account of the staff may have in this city."""
    return OFFICE | officer_roles() | SEPARATED


def add_staff(
    number: str,
    password: str,
    name: str,
    *,
    roles: Iterable[str],
    registrar_code: str | None,
    now: datetime,
    agency: str | None = None,
    email: str | None = None,
    by: str = "command line",
) -> Account:
    """Creates an account of the office or an agency. Raises InvalidInput, or Conflict("login_taken")."""
    number, held = login_key(number), sorted(set(roles))
    problems = staff_problems(number, held, registrar_code, agency) + name_problems(name.strip())
    problems += password_problems(password, login=number, email=email, staff=True) + _email_problems(email)
    if problems:
        raise InvalidInput(problems)
    ref = secrets.token_hex(16)
    account = Account(
        kind="staff",
        ref=ref,
        login=number,
        email=_sealed(email, ref=ref),
        name=name.strip(),
        password_hash=hashed(password),
        roles=held,
        registrar_code=registrar_code,
        agency=agency,
        created_at=now,
    )
    with transaction() as session:
        insert_into(session, account)
        note(session, "account:add_staff", subject=by, now=now, account=ref)
    return account


def set_email(number: str, email: str | None, *, now: datetime, by: str = "command line") -> Account:
    """Sets the mail address of a staff account; empty for no mail. Raises NotFound, InvalidInput."""
    problems = _email_problems(email)
    if problems:
        raise InvalidInput(problems)
    with transaction() as session:
        account = find_staff(session, number)
        account.email = _sealed(email, ref=account.ref)
        note(session, "account:set_email", subject=by, now=now, account=account.ref, mail=email is not None)
    return account


def set_password(login: str, password: str, *, now: datetime, by: str = "command line") -> Account:
    """Sets a new password for a staff member or an applicant who has forgotten it and has proved the identity.

    Ends the account's sessions and every wait after wrong tries. Raises NotFound, InvalidInput.
    """
    with reading() as session:
        account = find_login(session, login)
    if account is None:
        raise NotFound
    if problems := own_password_problems(account, password):
        raise InvalidInput(problems)
    fresh = hashed(password)
    with transaction() as session:
        row = locked_row(session, account.id)
        replace_password(session, row, fresh)
        note(session, "account:set_password", subject=by, now=now, account=row.ref)
    return row


def disable(login: str, *, now: datetime, by: str = "command line") -> Account:
    """Disables an account and ends its sessions at once. Its actions stay recorded."""
    with transaction() as session:
        account = find_login(session, login)
        if account is None:
            raise NotFound
        account.disabled_at = account.disabled_at or now
        end_sessions(session, account.id)
        note(session, "account:disable", subject=by, now=now, account=account.ref)
    return account


def staff_problems(number: str, roles: list[str], registrar_code: str | None, agency: str | None) -> list[Problem]:
    """The problems of an account's number, roles and place: an administrator's or auditor's role stands alone."""
    problems = [] if re.fullmatch(r"[0-9a-z-]{2,20}", number) else [Problem("number", "staff_number.invalid")]
    officers = officer_roles()
    unknown = sorted(set(roles) - known_roles())
    if not roles:
        problems.append(Problem("roles", "role.missing"))
    if unknown:
        problems.append(Problem("roles", "role.unknown", {"roles": ", ".join(unknown)}))
    if set(roles) & SEPARATED and len(set(roles)) > 1:
        problems.append(Problem("roles", "role.separated"))
    if set(roles) & (OFFICE | officers | {"archivist"}) and not _registrar_exists(registrar_code):
        problems.append(Problem("registrar", "registrar.unknown"))
    if bool(set(roles) & officers) != bool(agency):
        problems.append(Problem("agency", "agency.missing" if not agency else "agency.without_role"))
    elif agency and agency not in {row.key for row in city().agencies if row.role in roles}:
        problems.append(Problem("agency", "agency.unknown", {"agency": agency}))
    return problems


def _email_problems(email: str | None) -> list[Problem]:
    return [] if email is None else address_problems(email)


def _sealed(email: str | None, *, ref: str) -> str | None:
    return None if email is None else seal_address(tidy_address(email), ref=ref)


def _registrar_exists(code: str | None) -> bool:
    with reading() as session:
        return code is not None and session.get(Registrar, code) is not None

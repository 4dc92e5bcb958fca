"""What the file of GovStack's services and clients names, and is not there: matters, types, registrars, accounts."""

from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session

from registration.matters import matters
from registration.models import Account
from registration.queries.accounts import find_login
from registration.rules.city import city
from registration.rules.entity_types import entity_type_keys
from registration.rules.folder_files import FolderFault
from registration.rules.govstack import GovStack, GovStackError, govstack


def govstack_faults(session: Session, path: Path, *, demo: bool) -> list[FolderFault]:
    """Every fault with its file and key. Without a database only the first kind, of the file's shape, can be found."""
    try:
        found = govstack(path)
    except GovStackError as faulty:
        return list(faulty.faults)
    rows = [*_of_services(found), *_of_clients(session, found, demo=demo), *_of_the_rest(found, demo=demo)]
    return [FolderFault(path.name, key, code, data) for key, code, data in rows]


Found = tuple[str, str, dict[str, str]]


def _of_services(found: GovStack) -> Iterator[Found]:
    seen: dict[tuple[str, str, str], str] = {}
    registrars = [one.code for one in city().registrars]
    for key, one in found.services.items():
        at = f"services.{key}"
        if one.matter not in matters():
            yield f"{at}.matter", "no_matter", {"name": one.matter, "known": ", ".join(matters())}
        if one.entity_type not in entity_type_keys():
            yield f"{at}.entity_type", "no_type", {"name": one.entity_type, "known": ", ".join(entity_type_keys())}
        if one.registrar not in registrars:
            yield f"{at}.registrar", "no_registrar_row", {"code": one.registrar, "known": ", ".join(registrars)}
        if one.kind in seen:
            yield at, "same_service", {"other": seen[one.kind]}
        seen.setdefault(one.kind, key)


def _of_clients(session: Session, found: GovStack, *, demo: bool) -> Iterator[Found]:
    """Each account belongs to one client alone, or one would read the files of another.

    Who applies decides nothing: only in a demonstration has one client an account of either kind.
    """
    seen: dict[int, str] = {}
    for name, client in found.clients.items():
        if client.applicant and client.operator and not demo:
            yield f"clients.{name}", "both_sides", {}
        for side, login in (("applicant", client.applicant), ("operator", client.operator)):
            at, account = f"clients.{name}.{side}", find_login(session, login) if login else None
            if login and (account is None or account.disabled_at is not None):
                yield at, "no_account", {"login": login}
            elif account is not None:
                yield from _of_account(account, at, side=side, taken=seen.get(account.id))
                seen.setdefault(account.id, name)


def _of_account(account: Account, at: str, *, side: str, taken: str | None) -> Iterator[Found]:
    is_operator = account.kind == "staff" and account.agency is None and account.registrar_code is not None
    if side == "applicant" and account.kind != "applicant":
        yield at, "applicant_account", {}
    if side == "operator" and not is_operator:
        yield at, "operator_account", {}
    if taken is not None:
        yield at, "account_taken", {"other": taken}


def _of_the_rest(found: GovStack, *, demo: bool) -> Iterator[Found]:
    name = found.without_header
    if name is not None and name not in found.clients:
        yield "without_header", "no_client", {"name": name}
    if name is not None and not demo:
        yield "without_header", "demo_only", {}

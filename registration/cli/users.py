"""`heyi users`: accounts of the office and the agencies."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from registration import clock, database
from registration.errors import InvalidInput, RegistrationError
from registration.keys.account_names import address_of
from registration.models import Account
from registration.operations import staff
from registration.queries import accounts
from registration.rules.problems import problem_text
from registration.settings import settings


@click.group()
def users() -> None:
    """Accounts of staff: add, list, new password, disable."""
    database.configure(settings())


@users.command()
@click.argument("number")
@click.option("--name", required=True, help="As shown to colleagues; the public sees the number.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(sorted(staff.known_roles())))
@click.option("--registrar", help="六位代码 Six digits, as heyi offices list shows.")
@click.option("--agency", help="Key of the agency, such as national_tax; for agency roles.")
@click.option("--email", help="Where mail about promises goes; without one the inbox alone tells.")
@click.password_option(help="Asked for when not given; at least 10 characters.")
def add(
    number: str,
    name: str,
    roles: Sequence[str],
    registrar: str | None,
    agency: str | None,
    email: str | None,
    password: str,
) -> None:
    """Make an account that signs in by NUMBER."""
    with _refusals_as_text(number):
        staff.add_staff(
            number, password, name, roles=roles, registrar_code=registrar, now=clock.now(), agency=agency, email=email
        )
    click.echo(f"{number}: added")


@users.command("list")
@click.option("--registrar", help="Only those of one registrar.")
@click.option("--json", "as_json", is_flag=True)
def list_users(registrar: str | None, as_json: bool) -> None:
    """Show the accounts of staff."""
    rows = [_row(account) for account in accounts.staff(registrar_code=registrar)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("  ".join((f"{row['number']:<12}", row["registrar"], row["roles"], row["state"])))


@users.command()
@click.argument("number")
@click.argument("address", default="")
def email(number: str, address: str) -> None:
    """Send mail for NUMBER to ADDRESS; without one, to nobody."""
    with _refusals_as_text(number):
        staff.set_email(number, address or None, now=clock.now())
    click.echo(f"{number}: {address or 'no mail'}")


@users.command()
@click.argument("number")
@click.password_option(help="Asked for when not given.")
def password(number: str, password: str) -> None:
    """Set a new password for NUMBER (or an applicant's e-mail), who forgot theirs; see first who it is."""
    with _refusals_as_text(number):
        staff.set_password(number, password, now=clock.now())
    click.echo(f"{number}: password set, signed out everywhere")


@users.command()
@click.argument("number")
def disable(number: str) -> None:
    """End the account NUMBER (or an applicant's e-mail) and its sessions at once."""
    with _refusals_as_text(number):
        staff.disable(number, now=clock.now())
    click.echo(f"{number}: disabled")


@contextmanager
def _refusals_as_text(number: str) -> Iterator[None]:
    """Refusals as text, with every fault of the input."""
    try:
        yield
    except InvalidInput as error:
        raise click.ClickException("\n".join(problem_text(problem, "en") for problem in error.problems)) from error
    except RegistrationError as error:
        raise click.ClickException(f"{number}: {error.reason}") from error


def _row(account: Account) -> dict[str, str]:
    return {
        "number": account.login,
        "name": account.name,
        "registrar": account.registrar_code or "",
        "agency": account.agency or "",
        "roles": ", ".join(account.roles),
        "email": address_of(account) or "",
        "state": "disabled" if account.disabled_at else "active",
    }

"""The check before a process starts that the file of GovStack's services and clients names what is there."""

from sqlmodel import Session

from registration import database
from registration.queries.govstack_faults import govstack_faults
from registration.rules.govstack import GovStackError
from registration.settings import Settings


def require_sound(settings: Settings) -> None:
    """GovStackError with every fault. The database must be up to date; without the setting nothing is looked at."""
    if settings.govstack is None:
        return
    engine = database.make_engine(settings.sqlalchemy_url)
    try:
        with Session(engine.execution_options(postgresql_readonly=True, heyi_reading=True)) as session:
            found = govstack_faults(session, settings.govstack, demo=settings.demo)
    finally:
        engine.dispose()
    if found:
        raise GovStackError(tuple(found))

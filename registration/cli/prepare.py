"""`heyi prepare`: everything that must be there before a process starts, and nothing that is there already."""

import click

from registration import clock, database, keys
from registration.database import schema
from registration.runtime import private_files
from registration.settings import settings


@click.command()
def prepare() -> None:
    """生成缺少的密钥，升级数据库；演示模式下载入演示数据。Make missing keys, migrate; load samples in demo mode."""
    prepare_all()


def prepare_all() -> None:
    """Idempotent: the second time it finds everything done."""
    chosen = settings()
    keys.make(chosen.keys)
    schema.upgrade(chosen.sqlalchemy_url)
    if chosen.demo:
        keys.make_sample_signing_key(chosen, now=clock.now())
        load_samples()
    private_files.close(chosen.home)


def load_samples() -> None:
    from registration.operations import samples

    database.configure(settings())
    try:
        samples.load(now=clock.now())
    finally:
        database.dispose()

"""`heyi db`: the schema of the database."""

import click

from registration.cli.output import as_json, refuse, words
from registration.database import schema
from registration.settings import settings


@click.group(name="db")
def database() -> None:
    """数据库结构。The schema of the database."""


@database.command()
def upgrade() -> None:
    """升级到本程序的结构。Bring the database to this program's schema."""
    url = settings().sqlalchemy_url
    if url.startswith("sqlite"):
        settings().home.mkdir(parents=True, exist_ok=True)
    before = schema.current(url)
    schema.upgrade(url)
    after = schema.current(url)
    click.echo(words("已是最新结构", "already at") if before == after else words("已升级到", "upgraded to"), nl=False)
    click.echo(f" {after}")


@database.command()
@click.option("--json", "json_", is_flag=True)
def current(json_: bool) -> None:
    """数据库与程序各自的结构版本。The database's revision and the program's."""
    found, wanted = schema.current(settings().sqlalchemy_url), schema.head()
    if json_:
        as_json({"database": found, "program": wanted})
    else:
        click.echo(f"{words('数据库', 'database')} {found} · {words('程序', 'program')} {wanted}")


@database.command()
@click.option("--json", "json_", is_flag=True)
def check(json_: bool) -> None:
    """比较数据库与程序的表。Compare the database's tables with the program's."""
    found = schema.differences(settings().sqlalchemy_url)
    if json_:
        as_json(found)
    else:
        click.echo("\n".join(found) or words("一致", "no difference"))
    raise SystemExit(1 if found else 0)


@database.command()
@click.argument("message")
@click.option("--first", is_flag=True, help="重写为唯一的首个迁移 Rewrite the single first migration")
def revision(message: str, first: bool) -> None:
    """开发者：按模型生成迁移文件。For developers: write the migration that leads to the models."""
    if first and len(list((schema.MIGRATIONS / "versions").glob("*.py"))) > 1:
        refuse("已有后续迁移，不能重写首个迁移", "there are later migrations: the first one can't be rewritten")
    click.echo(schema.write_revision(message, first=first))

"""`heyi calendar`: working days, loaded by an administrator and shown."""

from pathlib import Path
from typing import Any

import click

from registration import clock, database
from registration.cli.output import as_json, refuse, words
from registration.settings import settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
YEAR = click.IntRange(2004, 2100)


@click.group()
def calendar() -> None:
    """工作日历。Calendars of working days."""
    database.configure(settings())


@calendar.command()
@click.argument("file", type=FILE)
@click.option("--year", type=YEAR, help="文件是这一年的全部安排 The file is the whole arrangement of this year")
@click.option("--json", "json_", is_flag=True)
def load(file: Path, year: int | None, json_: bool) -> None:
    """录入工作日安排（CSV：day,works,note）。Load days; all of the file or nothing."""
    from registration.errors import InvalidInput
    from registration.operations import calendars, promises
    from registration.rules.problems import problem_text

    try:
        days = calendars.load(file.read_bytes(), by="command line", now=clock.now(), year=year)
    except InvalidInput as wrong:
        zh, en = ("\n".join(problem_text(one, lang) for one in wrong.problems) for lang in ("zh", "en"))
        refuse(f"没有录入 {file}\n{zh}", f"nothing was loaded of {file}\n{en}")
    given = promises.give(now=clock.now())
    if json_:
        as_json({"days": days, "year": year, "promises_given": given})
        return
    click.echo(
        words(
            f"录入{days}天，补上承诺{given}件", f"{days} days loaded, {given} promises given that had waited for them"
        )
    )


@calendar.command()
@click.argument("year", type=YEAR)
@click.option("--json", "json_", is_flag=True)
def show(year: int, json_: bool) -> None:
    """列出一年中的休息和调休。Show a year's holidays and make-up workdays."""
    from registration.matters import calendar as known
    from registration.queries.calendars import year_shown
    from workflows.errors import UnknownYear

    try:
        with database.reading() as session:
            found = year_shown(session, year, calendar=known())
    except UnknownYear:
        refuse(f"{year}年的工作日安排还没有录入", f"no arrangement of {year} is known")
    rows = [
        {"day": one.day.isoformat(), "works": one.works, "note": one.note, "loaded": one.loaded} for one in found.odd
    ]
    if json_:
        as_json({"year": year, "loaded": found.loaded, "working_days": found.working_days, "days": rows})
        return
    source = words("整年录入", "loaded") if found.loaded else words("公布的安排", "published")
    click.echo(
        words(
            f"{year}年：{found.working_days}个工作日（{source}）",
            f"{year}: {found.working_days} working days ({source})",
        )
    )
    for row in rows:
        click.echo(_line(row))


@calendar.command()
@click.option("--json", "json_", is_flag=True)
def check(json_: bool) -> None:
    """今年和明年的安排是否齐全；缺少时以状态 1 结束。Whether this year and the next are known; exit status 1 if not."""
    from registration.matters import calendar as known
    from registration.queries.calendars import missing_year
    from registration.queries.promises import lacking_years

    today = clock.local_date(clock.now())
    missing = missing_year(known(), today=today)
    with database.reading() as session:
        waiting = dict(lacking_years(session))
    years = {year: known().knows(year) for year in (today.year, today.year + 1)}
    if json_:
        as_json({"known": years, "missing": missing, "without_promise": waiting})
    else:
        for year, is_known in years.items():
            click.echo(f"{year}: {words('已知', 'known') if is_known else words('还没有', 'not known yet')}")
        for year, count in waiting.items():
            click.echo(
                words(f"缺{year}年的安排，{count}件没有承诺时间", f"{count} without a promise for want of {year}")
            )
    raise SystemExit(1 if missing or waiting else 0)


def _line(row: dict[str, Any]) -> str:
    works = words("上班", "works") if row["works"] else words("休息", "off")
    loaded = words("（录入）", " (loaded)") if row["loaded"] else ""
    return f"  {row['day']}  {works}{loaded}  {row['note']}".rstrip()

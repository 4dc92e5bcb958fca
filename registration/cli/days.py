"""Calendar days among the options of commands."""

from datetime import date
from typing import Any

import click

from registration.cli.output import words


class Day(click.ParamType[date]):
    """A calendar day, written 2026-10-12."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(words(f"{value!r} 不是日期", f"{value!r} is not a day"), param, ctx)

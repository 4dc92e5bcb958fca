"""The output of commands: in the terminal's language, or as JSON for programs."""

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from registration.rules.languages import Pair

Text = TypeVar("Text", bound=str)


def words(zh: Text, en: Text) -> Text:
    """The text for this terminal: Chinese where its locale is Chinese, else English, which every font can draw."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return zh if next(filter(None, names), "").startswith("zh") else en


def say(text: "Mapping[str, str] | Pair") -> str:
    """A text of data for this terminal."""
    from registration.rules.languages import said
    from workflows.definition.values import CHINESE, ENGLISH

    return said(text, words(CHINESE, ENGLISH))


def as_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def refuse(zh: str, en: str, *, status: int = 1) -> NoReturn:
    """Ends the command with a reason on standard error."""
    click.echo(f"heyi: {words(zh, en)}", err=True)
    raise SystemExit(status)

"""The templates of a design. They are sandboxed: a city's own template can only insert data as text."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from certificates.errors import DesignError
from certificates.paper.design import Design


def fill(design: Design, file: str, **data: Any) -> str:
    """The HTML with all data escaped; DesignError for a template that is invalid or breaks the sandbox."""
    try:
        return _environment(design).get_template(file).render(**data)
    except TemplateError as broken:
        raise DesignError("design.template", {"design": design.name, "file": file, "reason": str(broken)}) from None


def sources(design: Design) -> Mapping[str, str]:
    """The templates of a design by file name."""
    return {file: design.text(file) for file in design.contents if file.endswith(".html")}


@cache
def _environment(design: Design) -> ImmutableSandboxedEnvironment:
    """Templates are loaded from memory, so `include` finds only the design's own files."""
    return ImmutableSandboxedEnvironment(
        loader=DictLoader(sources(design)), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )

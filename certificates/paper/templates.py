"""The templates of a design: data is filled in, as text; a template of another city's hand can do nothing else."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from certificates.errors import DesignError
from certificates.paper.design import Design


def fill(design: Design, file: str, **data: Any) -> str:
    """The HTML. Everything filled in is escaped; DesignError for a template that is wrong or reaches for more."""
    try:
        return _environment(design).get_template(file).render(**data)
    except TemplateError as broken:
        raise DesignError("design.template", {"design": design.name, "file": file, "reason": str(broken)}) from None


def sources(design: Design) -> Mapping[str, str]:
    """The templates of a design by name."""
    return {file: design.text(file) for file in design.contents if file.endswith(".html")}


@cache
def _environment(design: Design) -> ImmutableSandboxedEnvironment:
    """Templates come from memory, so `include` finds the design's own files and no others."""
    return ImmutableSandboxedEnvironment(
        loader=DictLoader(sources(design)), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )

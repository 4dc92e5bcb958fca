"""Reads the sources for the house tests: each file once, as text and as a syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("registration", "workflows", "certificates")


@dataclass(frozen=True)
class Source:
    """A Python file; `name` is its path from the top of the repository."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree, outer ones first."""
        return tuple(ast.walk(self.tree))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    def calls(self, name: str) -> Iterator[ast.Call]:
        """Calls of a function or method of this name."""
        return (node for node in self.nodes if isinstance(node, ast.Call) and called(node) == name)


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file below these folders; generated migrations and third-party files are left out."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(
        _source(path) for path in paths if ".venv" not in path.parts and "migrations/versions" not in str(path)
    )


@cache
def _source(path: Path) -> Source:
    return Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))

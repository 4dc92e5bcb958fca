"""Every text for users exists in both languages."""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

import registration
from registration.locales import CatalogueError, chapters_of, compile_catalogues, merged

ROOT = Path(registration.__file__).parent
WEB = ROOT / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
METHODS = [("web/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"web/templates/**.html": {"extensions": "registration.web.templating.FixedParts"}}
HAN = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
# Names of languages in their own language, and parts of dates, which are built from numbers.
OWN_WAY = {"i18n.py"}


@cache
def catalogue() -> Catalog:
    return merged()


@cache
def msgids() -> dict[str, str]:
    """Each text of the pages with its place."""
    found: dict[str, str] = {}
    for file, line, message, _comments, _context in extract_from_dir(ROOT, METHODS, OPTIONS, keywords=KEYWORDS):
        for one in message if isinstance(message, tuple) else (message,):
            if one:
                found.setdefault(one, f"{file}:{line}")
    return found


def test_every_text_has_its_english() -> None:
    missing = {text: place for text, place in msgids().items() if not strings(text) or not all(strings(text))}
    said = "\n".join(f'#: {place}\nmsgid "{text}"\nmsgstr ""' for text, place in sorted(missing.items()))
    assert not missing, f"add to a chapter in registration/locales/en/:\n{said}"


def test_translations_keep_the_placeholders() -> None:
    for text in msgids():
        for translation in strings(text):
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(translation)), text


def test_english_is_english() -> None:
    assert not [message.id for message in catalogue() if any(map(HAN.search, strings_of(message.string)))]


def test_no_chapter_translates_what_nobody_says() -> None:
    said = set(msgids())
    stale = [message.id for message in catalogue() if message.id and first(message.id) not in said]
    assert not stale


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_templates_say_nothing_past_the_catalogue(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
    text = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>[^<]*</\1>', "", text)
    assert not HAN.findall(text)


@pytest.mark.parametrize("module", sorted(WEB.rglob("*.py")), ids=lambda path: str(path.relative_to(WEB)))
def test_pages_say_nothing_past_the_catalogue(module: Path) -> None:
    if module.name in OWN_WAY:
        return
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert not [node.value for node in untranslated(tree)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_templates_have_no_inline_style_or_script(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", text, re.I)
    assert all(re.search(r"\ssrc=", tag) for tag in re.findall(r"<script[^>]*>", text))


def test_two_chapters_that_disagree_are_refused(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    for name, words in (("a", "Home"), ("b", "Start")):
        (tmp_path / "en" / f"{name}.po").write_text(f'msgid "首页"\nmsgstr "{words}"\n', encoding="utf-8")
    assert [chapter.name for chapter in chapters_of(tmp_path)] == ["a.po", "b.po"]
    with pytest.raises(CatalogueError, match="首页"):
        compile_catalogues(tmp_path)


def test_a_newer_chapter_is_compiled_again(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    chapter = tmp_path / "en" / "a.po"
    chapter.write_text('msgid "首页"\nmsgstr "Home"\n', encoding="utf-8")
    target = compile_catalogues(tmp_path) / "en" / "LC_MESSAGES" / "messages.mo"
    before = target.read_bytes()
    chapter.write_text('msgid "首页"\nmsgstr "Start"\n', encoding="utf-8")
    later = target.stat().st_mtime + 5
    os.utime(chapter, (later, later))
    compile_catalogues(tmp_path)
    assert target.read_bytes() != before
    assert b"Start" in target.read_bytes()


def strings(text: str) -> tuple[str, ...]:
    message = catalogue().get(text)
    return strings_of(message.string) if message else ()


def strings_of(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (tuple, list)) else (str(string),)


def first(message_id: object) -> str:
    return message_id[0] if isinstance(message_id, (tuple, list)) else str(message_id)


def untranslated(tree: ast.AST, *, inside: bool = False) -> Iterator[ast.Constant]:
    """Chinese literals that are not passed to gettext, not half of a pair of languages, and not a docstring."""
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str) and HAN.search(tree.value) and not inside:
        yield tree
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    for child in ast.iter_child_nodes(tree):
        yield from untranslated(child, inside=inside or says(tree))


def says(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return called in KEYWORDS
    return isinstance(node, ast.Dict) and any(isinstance(key, ast.Constant) and key.value == "zh" for key in node.keys)

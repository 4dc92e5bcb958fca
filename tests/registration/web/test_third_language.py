"""A language that the program does not know costs one folder: an office is opened with an invented one.

The invented language is English with accents on every vowel, so a text that is not translated has a plain vowel.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner
from sqlalchemy import Engine
from sqlmodel import select
from werkzeug.test import TestResponse

from registration import clock, database
from registration.app import create_app
from registration.cli.city import city as command
from registration.locales import merged
from registration.locales.untranslated import write_chapters
from registration.models import Application
from registration.operations.act import act
from registration.queries.city_faults import faults_in
from registration.queries.notices import letters_to_applicant
from registration.rules.city import PACKAGED
from registration.rules.languages import said
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, draft, five_numbers, individual, submitted
from tests.fixtures.licences import issued, sheets
from tests.fixtures.office import opened
from tests.fixtures.visitor import Visitor

LANG = "eo"
LIN, EXAMINER = "lin@example.cn", "0318"
ACCENTS = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")
# Placeholders, tags and entities stay as they are.
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|\{\w*\}|<[^>]*>|&\w+;)")
PLAIN = re.compile(r"[aeiouAEIOU\u3400-\u9fff]")


def accented(text: str) -> str:
    return "".join(part if place % 2 else part.translate(ACCENTS) for place, part in enumerate(KEPT.split(text)))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged city with one folder more, made and filled in as a translator does it."""
    folder = tmp_path_factory.mktemp("cities") / "with_a_language"
    shutil.copytree(PACKAGED, folder)
    made = CliRunner().invoke(command, ["language", str(folder), LANG])
    assert made.exit_code == 0, made.output
    for name in ("pages", "data", "formats"):
        translate(folder / "locales" / LANG / f"{name}.po")
    return folder


def translate(chapter: Path) -> None:
    english = merged()
    with chapter.open("rb") as file:
        catalogue = read_po(file, locale=LANG)
    for message in catalogue:
        # A pattern of a date is no text; the language has the English one, with its own names of months.
        if chapter.stem == "formats" and "{" not in message.id:
            continue
        if message.id and isinstance(message.id, str):
            known = english.get(message.id)
            message.string = accented(str(known.string) if known else " ".join(message.user_comments))
        elif message.id:
            message.string = tuple(map(accented, english[message.id].string or ()))
    with chapter.open("wb") as file:
        write_po(file, catalogue)


@pytest.fixture
def visit(
    folder: Path, database_url: str, settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Visitor]:
    monkeypatch.setenv("HEYI_CITY", str(folder))
    opened(settings, now=clock.now())
    app = create_app(settings)
    return lambda login="", lang=LANG: Visitor(app, login, lang=lang)


class Texts(HTMLParser):
    """The visible texts of a page that are neither Chinese by intention, nor codes, nor dates."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "path", "rect", "circle", "source"})

    def __init__(self, text: str, *, besides: str = "") -> None:
        super().__init__()
        self.left_out = {"script", "style", "time", besides}
        self.open: list[bool] = []
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            said = dict(attrs)
            other = said.get("lang") not in (None, LANG) or "code" in (said.get("class") or "").split()
            self.open.append(other or tag in self.left_out)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self.open):
            self.found.append(" ".join(data.split()))


# What is the same in every language: names of people, firms, legal forms, files and tables, and the mark of a sample.
SAME = re.compile(
    r"林知夏|周远舟|江暮云|苏知禾|(浙江省|金华市|永康市)\w+|（个人独资）|专业合作社|合一演示登记机关 演示 SAMPLE"
    r"|\w+\.(pdf|png)|Bytes|establishment@\d|\S+@example\.cn"
)


def untranslated(answer: TestResponse, *, besides: str = "") -> Iterator[str]:
    """The texts with a plain vowel or a Chinese character; `besides` is an element with what people typed."""
    assert answer.status_code in (200, 422)
    assert f'<html lang="{LANG}"' in answer.text
    return (text for text in Texts(answer.text, besides=besides).found if PLAIN.search(SAME.sub("", text)))


def test_the_language_is_offered_by_its_own_name(visit: Callable[..., Visitor]) -> None:
    page = visit(lang="zh").get("/")
    assert '<a href="/?lang=eo" lang="eo" hreflang="eo">Esperanto</a>' in page.text
    chosen = visit(lang="zh").get("/?lang=eo")
    assert (chosen.status_code, "lang=eo" in chosen.headers["Set-Cookie"]) == (303, True)
    assert "lang=" not in visit(lang="zh").get("/?lang=fr").headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    "page", ["/", "/check", "/help", "/privacy", "/sign-in", "/sign-up", "/names", "/offline-check"]
)
def test_a_public_page_is_translated(visit: Callable[..., Visitor], page: str) -> None:
    assert not list(untranslated(visit().get(page)))


@pytest.mark.thorough
def test_the_pages_of_an_application_are_translated(visit: Callable[..., Visitor]) -> None:
    lin = visit(LIN)
    assert not list(untranslated(lin.get("/applications/new")))
    ref = draft("llc", company(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    for page in ("", "/domicile", "/people", "/scope", "/shareholders", "/materials/articles", "/signatures"):
        assert not list(untranslated(lin.get(f"/applications/{ref}{page}"))), page
    assert not list(untranslated(lin.get(f"/applications/{ref}/check"), besides="dd"))


def test_a_refused_section_is_translated(visit: Callable[..., Visitor]) -> None:
    ref = draft("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    refused = visit(LIN).post(f"/applications/{ref}/domicile", data={"domicile.phone": "12"})
    assert refused.status_code == 422
    assert "Plé" in refused.text
    assert not list(untranslated(refused))


def test_the_page_of_a_case_has_dates_and_plurals(visit: Callable[..., Visitor]) -> None:
    ref = submitted("llc", five_numbers(), registrar="330784", actor=actor_of(LIN), now=clock.now())
    page = visit(LIN).get(f"/applications/{ref}")
    assert not list(untranslated(page))
    assert re.search(r">\w+o \d+ \w+o \d{4}</time>", page.text)


@pytest.mark.thorough
def test_the_desk_is_translated(visit: Callable[..., Visitor]) -> None:
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    act(ref, "claim", actor=actor_of(EXAMINER), now=clock.now())
    clerk = visit(EXAMINER)
    for page in ("/desk/inbox", f"/desk/cases/{ref}", f"/desk/cases/{ref}/flow", f"/desk/cases/{ref}/why"):
        assert not list(untranslated(clerk.get(page))), page


@pytest.mark.thorough
def test_a_checked_licence_is_translated(visit: Callable[..., Visitor]) -> None:
    page = visit().get(f"/v/{sheets(issued(clock.now()))[0].ref}")
    assert not list(untranslated(page))


def test_an_error_of_the_api_follows_accept_language(visit: Callable[..., Visitor]) -> None:
    client = visit().client
    answer = client.get("/api/v1/applications/HY-2026-000001", headers={"Accept-Language": "eo, en;q=0.5"})
    client.delete_cookie("lang")
    asked = client.get("/api/v1/applications/HY-2026-000001", headers={"Accept-Language": "eo, en;q=0.5"})
    english = client.get("/api/v1/applications/HY-2026-000001", headers={"Accept-Language": "en"})
    assert asked.get_json()["title"] == answer.get_json()["title"] == accented(english.get_json()["title"])


@pytest.mark.thorough
def test_an_account_is_written_to_in_its_language(visit: Callable[..., Visitor]) -> None:
    lin = visit(LIN)
    assert lin.post("/account/language", locale=LANG).status_code == 303
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    with database.reading() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        assert case.locale == LANG
    (letter,) = letters_to_applicant("notify.receipt", case.id or 0)
    assert "wé hávé récéívéd" in letter.text
    assert lin.post("/account/language", locale="fr").status_code == 422


def test_a_language_that_is_no_longer_offered_falls_back_to_the_first(
    visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = visit(LIN)
    lin.post("/account/language", locale=LANG)
    monkeypatch.delenv("HEYI_CITY")
    assert '<html lang="zh-Hans"' in lin.get("/account").text


def test_a_translation_with_an_unknown_placeholder_is_a_fault_of_the_city(folder: Path, tmp_path: Path) -> None:
    copied = tmp_path / "city"
    shutil.copytree(folder, copied)
    assert faults_in(copied) == []
    (copied / "locales" / LANG / "more.po").write_text('msgid "第%(n)s版"\nmsgstr "Eldono %(m)s"\n', encoding="utf-8")
    (copied / "locales" / "xx").mkdir()
    (copied / "locales" / "xx" / "pages.po").write_text('msgid "首页"\nmsgstr "X"\n', encoding="utf-8")
    found = [(one.file, one.key, one.code) for one in faults_in(copied)]
    assert found == [
        ("locales/eo/more.po", "第%(n)s版", "placeholders"),
        ("locales/xx/pages.po", "", "unknown_language"),
    ]


@pytest.mark.thorough
def test_translations_that_are_there_are_kept(folder: Path, tmp_path: Path) -> None:
    chapter = tmp_path / "locales" / LANG / "own.po"
    chapter.parent.mkdir(parents=True)
    chapter.write_text('msgid "首页"\nmsgstr "Hejmo"\n', encoding="utf-8")
    write_chapters(tmp_path / "locales", LANG, data=[PACKAGED])
    assert 'msgid "首页"\nmsgstr "Hejmo"' in (chapter.parent / "pages.po").read_text(encoding="utf-8")
    assert CliRunner().invoke(command, ["language", str(tmp_path), "klingonish"]).exit_code == 1


def test_words_beside_the_others_come_first() -> None:
    words = {"zh": "首页", "en": "Home", "pt-BR": "Início"}
    assert [said(words, lang) for lang in ("zh", "en", "pt-BR", "fr")] == ["首页", "Home", "Início", "Home"]

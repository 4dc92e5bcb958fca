"""The words that names may not contain: the lists in use, the office's own words, and proposing to change these."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.documents.downloads import attachment
from registration.errors import InvalidInput, NotFound
from registration.http.context import the_actor
from registration.operations.name_words import WAYS, propose
from registration.queries.name_words import own_lists
from registration.queries.setting_changes import WORDS, decided_changes, open_changes
from registration.rules.name_word_lists import LONGEST, OWN_LISTS, SHORTEST, shipped_words
from registration.web.account import Problems, problem_texts
from registration.web.present.setting_changes import LISTS, line_of

blueprint = Blueprint("name_words", __name__, url_prefix="/admin/name-words")

Page = str | Redirect | tuple[str, int]
LARGEST = 256 * 1024


@blueprint.get("")
@access("system.manage")
def listed() -> str:
    return _page()


@blueprint.post("")
@access("system.manage")
def take() -> Page:
    """Proposes a change of one list, by a file or by what was typed."""
    given, file = request.form, request.files.get("file")
    content = file.stream.read(LARGEST + 1) if file else b""
    if len(content) > LARGEST:
        return _page([("file", _("请选择不超过%(most)s KB的文件", most=LARGEST // 1024))]), 422
    try:
        propose(
            given.get("word_list", ""),
            content or given.get("words", "").encode(),
            way=given.get("way", ""),
            reason=given.get("reason", ""),
            actor=the_actor(),
            now=now(),
        )
    except InvalidInput as invalid:
        problems = problem_texts(invalid.problems)
        return _page([("file" if content and at == "words" else at, said) for at, said in problems]), invalid.status
    flash(_("已经提出，请看变更前后；由另一位系统管理员或者安全管理员决定"), "ok")
    return redirect(url_for("name_words.listed"), 303)


@blueprint.get("/<word_list>.txt")
@access("system.manage")
def download(word_list: str) -> Response:
    """The words of one list in use, the package's first, as a file that can be mended and given back."""
    if word_list not in OWN_LISTS:
        raise NotFound(word_list=word_list)
    with reading() as session:
        own = own_lists(session, actor=the_actor()).get(word_list)
    lines = [_("# 系统自带的词"), *sorted(shipped_words(word_list)), _("# 本机关加入的词"), *(own.words if own else ())]
    return attachment("\n".join([*lines, ""]), filename=f"{word_list}.txt", mimetype="text/plain; charset=utf-8")


def _page(problems: Problems | None = None) -> str:
    actor = the_actor()
    with reading() as session:
        own = own_lists(session, actor=actor)
        waiting = [line_of(one) for one in open_changes(session, actor=actor, kinds=(WORDS,))]
        past = [line_of(one) for one in decided_changes(session, actor=actor, kinds=(WORDS,))]
    return render_template(
        "name_words/listed.html",
        lists=[
            (key, str(LISTS[key][0]), str(LISTS[key][1]), len(shipped_words(key)), own.get(key)) for key in OWN_LISTS
        ],
        waiting=waiting,
        past=past,
        ways=list(zip(WAYS, (_("加入这些词"), _("去掉这些词"), _("本机关的词改成这些")), strict=True)),
        shortest=SHORTEST,
        longest=LONGEST,
        typed=request.form,
        problems=problems or [],
    )

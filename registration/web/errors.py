"""Error pages: what happened, and what to do now. The API has its own renderer for its addresses."""

import structlog
from flask import Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from registration.errors import ActionRefused, InvalidInput, NotSignedIn, RegistrationError
from registration.http.context import for_program, lang_here
from registration.http.problem_json import RETRY_SECONDS, problem_answer
from registration.rules.blockers import blocker_text
from registration.rules.city import city
from registration.rules.problems import problem_text
from registration.runtime.outage import outage_of
from registration.web import resending
from registration.web.account import sign_in_page
from registration.web.events import EVENT_STREAM

Answer = Response | tuple[str | Response, int] | tuple[str, int, dict[str, str]]

HOTLINE = city().about.hotline
TEXTS = {
    400: (_l("这个请求看不懂"), _l("请返回上一页，刷新后再试一次。")),
    403: (_l("您的账户不能办这件事"), _l("请换用有权限的账户登录，或者请登记机关的同事办理。")),
    404: (_l("没有这个页面"), _l("请检查网址是否完整。如果您从“我的申请”进入，请确认登录的是当时的账户。")),
    405: (_l("这一页不能这样打开"), _l("请从首页重新进入。")),
    409: (_l("刚才的操作没有生效"), _l("情况在您打开页面之后有了变化。请返回并刷新，看过现在的内容再办。")),
    410: (_l("这个地址已经过期"), _l("请从首页重新进入。")),
    413: (_l("文件太大"), _l("请把每份文件压缩到10 MB以内，再上传一次。其他内容没有丢失。")),
    422: (_l("有内容需要修改"), _l("请返回上一页，按提示修改后再提交。")),
    429: (_l("操作太频繁"), _l("为了保护账户，请等一分钟再试。您填写的内容没有丢失。")),
    500: (
        _l("系统出了问题"),
        _l("已经保存的内容都在。请过几分钟再试；如果仍然不行，请拨打%(number)s并报出下面的编号。", number=HOTLINE),
    ),
    503: (_l("有一部分系统暂时不可用"), _l("已经保存的内容都在，恢复后会自动继续。请过几分钟再试。")),
}
REASONS = {
    "stale_version": _l("您打开这份申请之后，有人修改了它。请返回并刷新，看过现在的内容再办。"),
    "letterhead_four_eyes": _l("您准备的变更要由另一个人批准或者退回。"),
    "letterhead_not_preparer": _l("这份变更由别人准备，请他修改和提交；您可以撤销它，另外准备一份。"),
    "letterhead_not_open": _l("这份变更已经有了结果，不能再改。请返回并刷新。"),
    "letterhead_changed": _l("您打开之后，有人修改了这份变更。请返回并刷新，看过现在的内容再办。"),
    "sandbox_busy": _l("现在同时检查的文件太多，请过几秒钟再试。已经保存的内容都在。"),
    "file_altered": _l("存储中的文件与登记时不一致，所以不能提供。请拨打%(number)s并报出下面的编号。", number=HOTLINE),
    "preview_impossible": _l("这一页画不出来，请下载原文件查看。"),
    "signing_is_over": _l("这份申请现在没有要签的名，所以没有签名链接。"),
    "sample_not_ready": _l("样张还没有印好，请过几秒钟再看。"),
    "paper_needs_reason": _l("这一页含有个人信息。请在工作台的“文书下载”里写明理由后查看。"),
    "paper_has_nothing": _l("这份申请现在没有可以写进这种文书的内容。"),
    "webhook_callback_unknown": _l(
        "请检查地址是否完整：从最近一次询问（OPTIONS 请求）的 WebHook-Request-Callback 里整个复制。"
    ),
    "webhook_callback_over": _l("请等下一次询问，用其中 WebHook-Request-Callback 的新地址；也可以请登记机关现在就问。"),
    "csrf": _l("页面放得太久，或者您在别的窗口退出过。请返回上一页，刷新后再提交。"),
}
# Codes whose status title would wrongly blame the user.
TITLES = {"csrf": _l("这一页已经过期")}


def install(app: Flask) -> None:
    app.register_error_handler(RegistrationError, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def page(status: int, *, reason: str = "", problems: tuple[tuple[str, str], ...] = ()) -> Answer:
    """The page of a status; `problems` are (anchor, text), shown as a list without links."""
    title, advice = TEXTS.get(status, TEXTS[400])
    title, advice = TITLES.get(reason, title), REASONS.get(reason, advice)
    shown = render_template("error.html", title=title, advice=advice, status=status, faults=problems)
    headers = {"Retry-After": str(RETRY_SECONDS["unavailable"])} if status == 503 else {}
    return shown, status, headers


def _refused(error: RegistrationError) -> Answer:
    if for_program():
        return problem_answer(error)
    if isinstance(error, NotSignedIn):
        return _session_over()
    problems: tuple[tuple[str, str], ...] = ()
    if isinstance(error, InvalidInput):
        problems = tuple((fault.path, problem_text(fault, lang_here())) for fault in error.problems)
    if isinstance(error, ActionRefused):
        problems = tuple(("", blocker_text(fault, lang_here())) for fault in error.blockers)
    return page(error.status, reason=error.reason, problems=problems)


def _session_over() -> Answer:
    """Shows the sign-in page; it carries a submitted form, so that nothing typed is lost."""
    if request.accept_mimetypes.best == EVENT_STREAM:
        # No content ends a stream of events: the browser does not ask again.
        return Response(status=204)
    if resending.wants_json():
        return resending.json_answer(_("登录已经结束，还没有保存"), 401)
    if not resending.may_be_resent():
        return redirect(url_for("account.sign_in", next=_way_back()), 303)
    return sign_in_page(carried=resending.typed_here(), onward=request.full_path.rstrip("?")), 401


def _forged(_error: CSRFError) -> Answer:
    """An outdated page of this site offers to send its input again; a form from another site is refused."""
    if resending.wants_json():
        return resending.json_answer(_("这一页已经过期，还没有保存"), 400)
    if not resending.may_be_resent():
        return page(400, reason="csrf")
    target = request.full_path.rstrip("?")
    return resending.resend_page(resending.typed_here(), target=target, heading=str(TITLES["csrf"])), 400


def _too_often(error: RateLimitExceeded) -> Answer:
    return problem_answer(error) if for_program() else page(429)


def _http(error: HTTPException) -> Answer:
    if error.code is None or error.code < 400:
        return error.get_response()
    if for_program():
        return problem_answer(error)
    return page(error.code if error.code in TEXTS else 400)


def _broken(error: Exception) -> Answer:
    outage = outage_of(error)
    if outage is not None:
        structlog.get_logger().warning("outage", error=f"{type(error).__name__}: {getattr(error, 'orig', error)}")
        return _refused(outage)
    structlog.get_logger().error("broken", exc_info=error)
    return problem_answer(error) if for_program() else page(500)


def _way_back() -> str | None:
    """The address after signing in: the page itself, with its query."""
    return request.full_path.rstrip("?") if request.path != "/" else None

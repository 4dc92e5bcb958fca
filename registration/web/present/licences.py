"""The answer of a public check as text: the verdict, then the facts to compare with the paper, then the next steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from certificates.numbers.explanations import SCHEME_NAMES
from certificates.signatures.wording import PROBLEMS, problem_text
from registration.gateways.examination import Examined
from registration.http.context import lang_here, say
from registration.models import Licence
from registration.queries.licences import Checked, Difference
from registration.rules.currencies import money_text
from registration.rules.entity_types import type_row
from registration.rules.reasons import licence_reason
from registration.web.i18n import day, moment
from registration.web.present import licence_words as words
from registration.web.present.signatures import signature_rows, signature_steps
from workflows.definition.values import CHINESE, ENGLISH


@dataclass(frozen=True)
class CheckAnswer:
    """The content of the page: `rows` and `proved` are (label, value), `steps` are the comparisons."""

    kind: str
    title: str
    sub: str
    firm: str
    rows: tuple[tuple[str, Markup], ...]
    proved: tuple[tuple[str, Markup], ...]
    reasons: tuple[str, ...]
    steps: tuple[str, ...]
    advice: str
    sample: bool


def answer_of(checked: Checked, examined: Examined | None) -> CheckAnswer:
    kind, title, sub = words.HEADS[checked.verdict]
    licence = checked.licence
    return CheckAnswer(
        kind=kind,
        title=str(title),
        sub=str(sub),
        firm=str(licence.particulars.get("name") or "") if licence else "",
        rows=tuple(_rows(checked, examined)),
        proved=tuple(_proved(checked, examined)),
        reasons=tuple(_reasons(checked)),
        steps=tuple(_steps(checked, examined)),
        advice=str(words.ADVICE.get(checked.verdict, "")) or _where_else(checked),
        sample=bool(licence and licence.particulars.get("sample")),
    )


def _rows(checked: Checked, examined: Examined | None) -> Iterator[tuple[str, Markup]]:
    licence = checked.licence
    if licence is None:
        if checked.asked:
            yield _asked_label(checked), _code(checked.asked)
        return
    if checked.verdict == "altered":
        yield _("文件指纹"), escape(_("%(digest)s，与签发的不同")) % {"digest": _code(_short(checked.asked))}
        for difference in checked.differences:
            yield words.fact_label(difference.field, licence.particulars["entity_type"]), _difference(difference)
    if checked.verdict == "superseded":
        yield from _superseded(checked)
    if checked.verdict == "revoked":
        yield from _revoked(checked, _("失效时间"))
    if checked.verdict == "declared_void":
        yield from _revoked(checked, _("声明作废时间"))
    if checked.event and checked.event.kind == "restore":
        yield from _restored(checked.event.at)
    yield from _public_facts(checked, licence)


def _superseded(checked: Checked) -> Iterator[tuple[str, Markup]]:
    if checked.current:
        yield (
            _("现行"),
            escape(_("%(edition)s，执照编号%(serial)s"))
            % {
                "edition": _edition(checked.current),
                "serial": _code(checked.current.serial),
            },
        )
    if checked.event:
        yield _("换发时间"), moment(checked.event.at)


def _revoked(checked: Checked, since: str) -> Iterator[tuple[str, Markup]]:
    """Since when and why, in the public texts; never an internal opinion of the office."""
    if checked.event is None:
        return
    yield since, moment(checked.event.at)
    if reason := licence_reason(checked.event.reason_code):
        yield _("原因"), escape(say(reason))
        yield _("依据"), escape(reason["article"])


def _restored(at: datetime) -> Iterator[tuple[str, Markup]]:
    yield _("恢复有效"), escape(_("%(time)s，企业声明遗失以后，补领的申请没有办成")) % {"time": moment(at)}


def _proved(checked: Checked, examined: Examined | None) -> Iterator[tuple[str, Markup]]:
    """The signer, from the file if there is one, and the sheet's entry in the public log."""
    licence = checked.licence
    yield from signature_rows(checked, examined)
    if licence is None:
        return
    if checked.logged is None:
        yield _("公开日志"), escape(_("正在写入，几秒钟后可以查到"))
        return
    yield (
        _("公开日志"),
        escape(_("第%(number)s条，共%(size)s条，树头签署于%(time)s。%(proof)s"))
        % {
            "number": f"{checked.logged.position + 1:,}",
            "size": f"{checked.logged.head.size:,}",
            "time": moment(checked.logged.head.at),
            "proof": Markup('<a class="nb" href="{}">{}</a>').format(
                url_for("log.entry", number=checked.logged.position + 1), _("查看证明")
            ),
        },
    )


def _public_facts(checked: Checked, licence: Licence) -> Iterator[tuple[str, Markup]]:
    """What the law publishes of an entity (市场主体登记管理条例 art. 35): never an identity number, phone or home."""
    facts = licence.particulars
    called = type_row(facts["entity_type"]).words
    yield from _numbers(facts)
    yield _("执照"), _sheet(checked, licence)
    yield _("类型"), escape(facts["type_text"])
    yield say(called["representative"]), escape(facts["representative"])
    if facts.get("capital"):
        yield say(called["capital"]), _money(facts["capital"], facts.get("currency"))
    yield say(called["founded"]), day(date.fromisoformat(facts["founded_on"]))
    yield say(called["place"]), escape(facts["domicile"])
    if checked.entity:
        said, kind = words.entity_state_tag(checked.entity.status)
        yield _("登记状态"), Markup('<span class="tag {}">{}</span>').format(kind, said)
    yield _("登记机关"), escape(_registrar(checked, facts))


def _numbers(facts: dict[str, Any]) -> Iterator[tuple[str, Markup]]:
    if facts.get("uscc"):
        yield _("统一社会信用代码"), _code(facts["uscc"])
    for scheme, number in (facts.get("five_numbers") or {}).items():
        yield say(SCHEME_NAMES[scheme]), _code(number)


def _sheet(checked: Checked, licence: Licence) -> Markup:
    """正本，第1版，2026年10月13日签发; for a check by number, also the number of duplicates."""
    if checked.by == "code":
        said = _("正本1份，副本%(count)s份", count=checked.duplicates)
    elif licence.paper == "original":
        said = _("正本")
    else:
        said = _("副本，第%(number)s份", number=licence.copy_no)
    return escape(_("%(sheet)s，%(edition)s")) % {"sheet": said, "edition": _edition(licence)}


def _edition(licence: Licence) -> Markup:
    issued = day(date.fromisoformat(licence.particulars["issued_on"]))
    return escape(_("第%(number)s版，%(day)s签发")) % {"number": licence.edition, "day": issued}


def _registrar(checked: Checked, facts: dict[str, Any]) -> str:
    """As printed; a reader of another language gets the name that the registrar has in it."""
    printed = str(facts["registrar"])
    return say({ENGLISH: printed, **(checked.registrar.name if checked.registrar else {}), CHINESE: printed})


def _money(amount: str, currency: str | None) -> Markup:
    try:
        return escape(money_text(Decimal(amount), currency, lang_here()))
    except InvalidOperation:
        return escape(amount)


def _difference(difference: Difference) -> Markup:
    texts = {"issued": _plain(difference.issued), "claimed": _plain(difference.claimed)}
    return escape(_("签发时：%(issued)s；文件里：%(claimed)s")) % texts


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return " · ".join(str(one) for one in value.values())
    if isinstance(value, list | tuple):
        return _("；").join(str(one) for one in value) or "—"
    return "—" if value is None else str(value)


def _reasons(checked: Checked) -> Iterator[str]:
    for doubt in checked.doubts:
        yield problem_text(doubt, say=say) if doubt in PROBLEMS else str(words.DOUBTS[doubt])
    if checked.verdict == "not_ours" and not checked.doubts:
        yield _("签名有效，但是签发记录里没有这份文件")
    if checked.fault:
        fault = dict(checked.fault)
        scheme = SCHEME_NAMES.get(str(fault.get("scheme")))
        template = words.FAULTS.get(fault["code"], words.NO_NUMBER)
        yield str(template) % {**fault, "scheme": say(scheme) if scheme else ""}


def _steps(checked: Checked, examined: Examined | None) -> Iterator[str]:
    """The comparisons that were made, so that the verdict can be followed."""
    if checked.by == "code":
        yield _("号码：在登记机关的签发记录里查找")
    elif checked.by == "token":
        yield _("二维码里的随机编号：与签发记录里的这一份对应")
    else:
        yield _("文件指纹（SHA-256）：与签发记录逐位比较")
        yield from signature_steps(checked, examined)
    if checked.licence is not None:
        yield _("换发、声明作废、吊销、注销：与现在的登记状态核对")
        if checked.logged is not None:
            yield _("公开日志：这份执照最近一次变动已经写入，谁也不能悄悄改掉")


def _where_else(checked: Checked) -> str:
    if checked.by == "code":
        return _("请检查字母和数字：代码里没有I、O、S、V、Z。外地登记的企业，请到国家企业信用信息公示系统查询。")
    return _("请向对方索要原始电子执照，或者按统一社会信用代码查验。")


def _asked_label(checked: Checked) -> str:
    return _("文件指纹") if checked.by == "file" else _("您输入的")


def _code(text: str) -> Markup:
    return Markup('<span class="code">{}</span>').format(text)


def _short(digest: str) -> str:
    return f"{digest[:8]}…{digest[-8:]}"

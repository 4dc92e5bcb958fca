"""A checked paper's signature in words: by the file where one was handed in, else by the record of its issue."""

from collections.abc import Iterator

from flask_babel import gettext as _
from markupsafe import Markup, escape

from certificates.signatures.wording import rows
from registration.gateways.examination import Examined
from registration.http.context import say
from registration.queries.licences import Checked
from registration.web.i18n import moment


def signature_rows(checked: Checked, examined: Examined | None) -> Iterator[tuple[str, Markup]]:
    """(label, value): who signed, when, who vouches for it, and whether the certificate was revoked."""
    licence = checked.licence
    if examined is not None and examined.signature is not None:
        for row in rows(examined.signature, say=say, moment=lambda at: moment(at).striptags()):
            text = Markup('<span class="code">{}</span>').format(row.text) if row.code == "fingerprint" else row.text
            yield row.label, escape(text)
    elif licence is not None and licence.signed_by and licence.issued_at and checked.verdict != "altered":
        said = {"signer": licence.signed_by, "time": moment(licence.issued_at)}
        yield _("签署"), escape(_("%(signer)s，%(time)s")) % said
        if checked.by != "file":
            yield _("时间戳和证书"), escape(_("上传电子执照原文件，可以看到签名的时间戳、证书和证明程度"))


def signature_steps(checked: Checked, examined: Examined | None) -> Iterator[str]:
    """What was done about the signature of a file."""
    licence, signature = checked.licence, examined.signature if examined else None
    if licence is not None and licence.issued_at and checked.verdict != "altered":
        when = moment(licence.issued_at).striptags()
        yield _("数字签名：与签发时的文件每一位相同，由%(signer)s于%(time)s签署", signer=licence.signed_by, time=when)
    elif signature is None:
        yield _("数字签名：没有可以核对的签名")
    elif signature.level is None:
        yield _("数字签名：写明由%(signer)s签署，但是不成立，或者不是本登记机关的", signer=signature.holder.name)
    else:
        yield _("数字签名：由%(signer)s签署，用本登记机关公布的根证书核对", signer=signature.holder.name)
    if signature is not None and signature.level is not None:
        yield _("时间戳和证书：用信任的时间戳机构名单、颁发者的吊销资料核对")

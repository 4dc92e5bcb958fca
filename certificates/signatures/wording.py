"""What a signature proves, in words: the same text on a page, in the API and in a terminal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from certificates.numbers.regions import Words
from certificates.signatures.facts import RevocationStatus, Signature

LineCode = Literal["signer", "claims", "certificate", "fingerprint", "signed_at", "stamp", "level", "standing"]
Moment = Callable[[datetime], str]
# Chooses the words of a text in the reader's language.
Say = Callable[[Words], str]


@dataclass(frozen=True)
class SignatureLine:
    """One line of the text; `code` identifies it for the layout."""

    code: LineCode
    label: str
    text: str


LABELS = {
    "signer": Words("签署人", "Signed by"),
    "claims": Words("签名写明的签署人", "The signature names"),
    "certificate": Words("签署证书", "Certificate"),
    "fingerprint": Words("证书指纹（SHA-256）", "Certificate's fingerprint (SHA-256)"),
    "signed_at": Words("签署时间（自述）", "Signed at, as the signer says"),
    "stamp": Words("时间戳", "Timestamp"),
    "level": Words("签名能证明什么", "What the signature proves"),
    "standing": Words("证书是否被吊销", "Was the certificate revoked?"),
}
CERTIFICATE = Words(
    "{subject}；颁发者：{issuer}；有效期：{since}至{until}", "{subject}; issued by {issuer}; valid {since} to {until}"
)
LEVELS = {
    "B-B": Words(
        "由谁签署、内容没有改动；签署时间只有签署人自己写明（PAdES B-B）",
        "Who signed, and that nothing was changed; for the time there is only the signer's word (PAdES B-B)",
    ),
    "B-T": Words(
        "由谁签署、内容没有改动；签署时间有可信的时间戳机构证明（PAdES B-T）",
        "Who signed, and that nothing was changed; a trusted timestamp authority vouches for the time (PAdES B-T)",
    ),
    "B-LT": Words(
        "由谁签署、内容没有改动；签署时间有可信的时间戳机构证明；文件自带证书当时没有被吊销的证据，多年以后仍可核对"
        "（PAdES B-LT）",
        "Who signed, and that nothing was changed; a trusted timestamp authority vouches for the time; the file itself "
        "holds the evidence that no certificate was revoked then, so that it can be checked for years (PAdES B-LT)",
    ),
    None: Words(
        "没有：签名不成立，或者不是本登记机关的", "Nothing: the signature does not hold, or it is not this office's"
    ),
}
TIMESTAMPS = {
    "trusted": Words("{at}，由“{authority}”证明", "{at}, vouched for by {authority}"),
    "in_vain": Words(
        "写明{at}，出自“{authority}”；它属于原来的签名，签名不成立，时间也就不能证明什么",
        "It says {at} and comes from {authority}; it belongs to a signature that does not hold, and so proves nothing",
    ),
    "unknown_authority": Words(
        "写明{at}，出自“{authority}”。这个机构不在信任名单里，所以这个时间不算证明；签名本身不受影响",
        "It says {at} and comes from {authority}, which is not among the authorities that are trusted here: the time "
        "is no proof. The signature itself is not affected",
    ),
    "revoked": Words(
        "写明{at}，出自“{authority}”，但是这个机构的证书已被吊销，所以这个时间不算证明；签名本身不受影响",
        "It says {at} and comes from {authority}, whose certificate was revoked: the time is no proof. The signature "
        "itself is not affected",
    ),
    "invalid": Words(
        "时间戳与这个签名对不上，不能证明时间", "The timestamp does not belong to this signature and proves no time"
    ),
    None: Words("没有", "None"),
}
REVOCATION_STATES = {
    "good": Words("到{as_of}没有被吊销", "Not up to {as_of}"),
    "unknown": Words(
        "文件里和本系统都没有颁发者的吊销资料，不能判断",
        "Neither the file nor this system has its issuer's word on that, so it cannot be told",
    ),
    "before": Words(
        "已于{revoked_at}被吊销，在签署之前{reason}", "Yes, on {revoked_at}, before it signed this{reason}"
    ),
    "after": Words("已于{revoked_at}被吊销，在签署之后{reason}", "Yes, on {revoked_at}, after it signed this{reason}"),
    "after_by_its_word": Words(
        "已于{revoked_at}被吊销{reason}。签名写明的时间更早，但是没有可信的时间戳证明",
        "Yes, on {revoked_at}{reason}. The signature names an earlier time, but no trusted timestamp proves it",
    ),
}
# The texts of a verdict's problems.
PROBLEMS = {
    "pdf.too_large": Words(
        "文件太大，不是电子执照",
        "The file is too large for an electronic licence",
    ),
    "pdf.not_pdf": Words(
        "这不是PDF文件。请使用下载得到的原始电子执照，照片和截图不能查验",
        "This is no PDF. Please hand in the electronic licence as it was downloaded; photos and screenshots are none",
    ),
    "pdf.damaged": Words(
        "文件损坏，无法读取。请重新下载，或者向对方索要原始文件",
        "The file is damaged and cannot be read. Please download it again, or ask for the original file",
    ),
    "pdf.encrypted": Words(
        "文件有密码或者使用限制，电子执照从不加密。请使用下载得到的原始文件",
        "The file has a password or restrictions, which no electronic licence has. Please use the file as downloaded",
    ),
    "pdf.too_complex": Words(
        "文件的结构与电子执照不同，不再继续检查",
        "The file is built as no electronic licence is, and was not examined any further",
    ),
    "signature.missing": Words(
        "文件没有数字签名，不是原始电子执照",
        "The file has no digital signature: it is not an original electronic licence",
    ),
    "signature.altered": Words(
        "签名以后，文件内容被改动",
        "The content was changed after it was signed",
    ),
    "signature.appended": Words(
        "签名以后，文件末尾被追加了内容",
        "Something was appended after it was signed",
    ),
    "signature.untrusted": Words(
        "签名不是本登记机关的签发密钥作出的，签名人的名称可以冒用",
        "The signature was not made with this registrar's key; anybody can use its name",
    ),
    "signature.revoked": Words(
        "签署证书在签署以前已被吊销，或者密钥已经泄露而签署时间没有证明",
        "The certificate had been revoked before it signed; or its key was stolen, and nothing proves when it signed",
    ),
    "signature.unreadable": Words(
        "数字签名无法读取",
        "The digital signature cannot be read",
    ),
    "timestamp.invalid": Words(
        "时间戳与签名对不上，不能证明签署时间",
        "The timestamp does not belong to the signature and proves no time",
    ),
}
REASONS = {
    "keyCompromise": Words("（密钥泄露）", " (the key was stolen)"),
    "cACompromise": Words("（颁发者的密钥泄露）", " (the issuer's key was stolen)"),
    "superseded": Words("（已换用新证书）", " (replaced by another)"),
    "cessationOfOperation": Words("（停止使用）", " (out of use)"),
    "affiliationChanged": Words("（单位信息变更）", " (its holder's particulars changed)"),
    "certificateHold": Words("（暂停使用）", " (on hold)"),
    "privilegeWithdrawn": Words("（授权撤回）", " (its privileges were withdrawn)"),
}


def rows(signature: Signature, *, say: Say, moment: Moment) -> Iterator[SignatureLine]:
    """All lines in order of importance; `moment` formats a time for the reader."""
    holder = signature.holder
    yield _row("signer" if signature.level else "claims", holder.name, say)
    yield _row("signed_at", moment(signature.signed_at) if signature.signed_at else "—", say)
    yield _row("stamp", timestamp_text(signature, say=say, moment=moment), say)
    yield _row("level", level_text(signature, say=say), say)
    yield _row("standing", revocation_text(signature, say=say, moment=moment), say)
    days = {"since": f"{holder.valid_from:%Y-%m-%d}", "until": f"{holder.valid_until:%Y-%m-%d}"}
    names = {"subject": holder.subject, "issuer": holder.issuer}
    yield _row("certificate", say(CERTIFICATE).format(**names, **days), say)
    yield _row("fingerprint", holder.fingerprint, say)


def problem_text(code: str, *, say: Say) -> str:
    return say(PROBLEMS[code])


def level_text(signature: Signature, *, say: Say) -> str:
    return say(LEVELS[signature.level])


def timestamp_text(signature: Signature, *, say: Say, moment: Moment) -> str:
    stamp = signature.stamp
    if stamp is None:
        return say(TIMESTAMPS[None])
    at = moment(stamp.at) if stamp.at else "—"
    said = "in_vain" if stamp.state == "trusted" and signature.level is None else stamp.state
    return say(TIMESTAMPS[said]).format(at=at, authority=stamp.authority.name if stamp.authority else "—")


def revocation_text(signature: Signature, *, say: Say, moment: Moment) -> str:
    standing = signature.standing
    times = {
        name: moment(at)
        for name, at in (("as_of", standing.as_of), ("revoked_at", standing.revoked_at))
        if at is not None
    }
    reason = say(REASONS.get(standing.reason or "", Words("", "")))
    return say(REVOCATION_STATES[_when(signature, standing)]).format(**times, reason=reason)


def _when(signature: Signature, standing: RevocationStatus) -> str:
    if standing.revoked_at is None:
        return standing.state
    signed_at = signature.stamped_at or signature.signed_at or datetime.max.replace(tzinfo=UTC)
    if standing.revoked_at <= signed_at:
        return "before"
    return "after" if signature.stamped_at else "after_by_its_word"


def _row(code: LineCode, text: str, say: Say) -> SignatureLine:
    return SignatureLine(code, say(LABELS[code]), text)

"""What to do about a refusal that ends a command, by its code."""

from collections.abc import Mapping
from typing import Any

from registration.cli.output import words

ADVICE: Mapping[str, tuple[str, str]] = {
    # The error itself does not show that the deployment was never prepared.
    "database": (
        "数据库不能用。若尚未准备，先运行 heyi prepare；heyi doctor 逐项检查",
        "The database cannot be used. Was it never prepared: heyi prepare; heyi doctor looks at everything",
    ),
    "key.missing": (
        "缺少 {path}：需要 signer.key、signer.pem、root.pem",
        "{path} is missing: it takes signer.key, signer.pem and root.pem",
    ),
    "key.passphrase": (
        "打不开 {path}：请用 HEYI_SIGNING_PASSPHRASE 给出密码，并确认它是密钥文件",
        "{path} does not open: set HEYI_SIGNING_PASSPHRASE, and see that it is a key's file at all",
    ),
    "key.permissions": ("密钥不能让别人读到：chmod 600 {path}", "nobody else may read a key: chmod 600 {path}"),
    "key.kind": ("只用 P-256 或者 RSA-3072 以上的密钥", "only P-256, or RSA of 3,072 bits and more, can sign"),
    "key.mismatch": (
        "密钥与证书不是一对，请换成配套的",
        "key and certificate are no pair: give those that belong together",
    ),
    "key.certificate": ("{path} 里没有证书（PEM）", "{path} holds no certificate (PEM)"),
    "key.root": ("文件里没有根证书，请一并打包", "the file lacks the root certificate: put it in as well"),
    "key.expired": (
        "证书已到期：换一个，heyi keys rotate --from",
        "the certificate has ended: heyi keys rotate --from",
    ),
    "key.not_yet_valid": ("证书尚未生效，到 {valid_from} 再用", "the certificate is valid from {valid_from} on"),
    "key.exists": (
        "密钥已经有了，换密钥用 heyi keys rotate",
        "there is a key already; to replace it: heyi keys rotate",
    ),
    "key_is_installed": ("给出的就是现在用的密钥，没有更换", "this is the key that signs now; nothing was replaced"),
    "key_not_given": ("请给出新密钥：{command}", "name the new key: {command}"),
    "key_missing": ("缺少 {path}，先运行 {command}", "{path} is missing; first: {command}"),
    "key_malformed": ("{path} 不是密钥，请从备份恢复", "{path} holds no key: restore it from the backup"),
    "signing_key_is_sample": (
        "{path} 是演示密钥，不能用于正式签发：heyi keys rotate --from",
        "{path} is a sample key, which signs nothing real: heyi keys rotate --from",
    ),
    "city_is_faulty": (
        "城市文件夹 {folder} 有 {faults} 处问题，先运行 heyi city check {folder}",
        "the city's folder {folder} has {faults} faults; first: heyi city check {folder}",
    ),
    "matter_is_faulty": (
        "{place} · {zh}（共 {faults} 处问题，全部列在 heyi workflows check）",
        "{place} · {en} ({faults} faults in all; heyi workflows check lists them)",
    ),
    "oidc_is_faulty": (
        "HEYI_OIDC · {place} · {zh}（共 {faults} 处问题，全部列在 heyi doctor）",
        "HEYI_OIDC · {place} · {en} ({faults} faults in all; heyi doctor lists them)",
    ),
    "govstack_is_faulty": (
        "HEYI_GOVSTACK 的文件有 {faults} 处问题：\n{zh}",
        "the file of HEYI_GOVSTACK has {faults} faults:\n{en}",
    ),
    "setting_missing": ("请设置 {setting}", "set {setting}"),
    "timestamp_away": (
        "时间戳机构 {url} 没有应答，稍后再试",
        "the timestamp authority {url} does not answer: try again later",
    ),
    "revocation_away": (
        "{url} 没有给出可用的吊销资料（{kind}），稍后再试",
        "{url} gave nothing of use about what was revoked ({kind}): try again later",
    ),
    "certificate.revoked": (
        "签署证书或者时间戳机构的证书已被吊销，请更换",
        "the signer's or the timestamp authority's certificate was revoked: replace it",
    ),
    "evidence.insufficient": (
        "没有说明每一份证书是否被吊销的资料：请设置 HEYI_REVOCATION_URLS 或者 HEYI_OCSP",
        "nothing says of each certificate whether it was revoked: see HEYI_REVOCATION_URLS and HEYI_OCSP",
    ),
    "render.unknown_design": (
        "没有版式“{design}”。heyi designs list 列出全部；自己的版式放进 HEYI_DESIGNS 所指的文件夹",
        "there is no design {design}: see `heyi designs list`; your own go into the folder that HEYI_DESIGNS names",
    ),
}


def advice(code: str, data: Mapping[str, Any]) -> str:
    """A sentence in the terminal's language; none for a code that is clear, or without the data for its text."""
    try:
        return words(*ADVICE[code]).format_map(data)
    except KeyError:
        return ""

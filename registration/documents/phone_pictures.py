"""The licence as a picture for a telephone, drawn once in the sandbox and kept beside the sheet.

No account of Apple or Google is needed for a picture, and nobody takes it for the licence: it is marked as a copy, and
its code and address lead to the check.
"""

import json
from hashlib import sha256

from certificates.paper.glyphs import FONTS, TEXT
from certificates.paper.qr import png
from registration.documents.downloads import stored
from registration.documents.previews import LIMITS
from registration.errors import NotFound
from registration.gateways.sandbox import TooCostly, run
from registration.gateways.storage import Storage
from registration.models import Licence

MARK = "复制件"


def phone_picture(storage: Storage, sheet: Licence, *, firm: str, check: str) -> bytes:
    """PNG, 1400 pixels wide. `check` is the address that checks the sheet. The texts are Chinese, as the licence is.

    Raises NotFound("preview_impossible") for a sheet that cannot be drawn, Unavailable when there is no room now.
    """
    lines = ["营业执照复制件", *filter(None, [firm]), f"号码 {sheet.code}", "以扫码查验的结果为准", check]
    parameters = {"lines": lines, "mark": MARK, "font": str(FONTS / TEXT)}
    named = sha256(json.dumps([lines, MARK]).encode()).hexdigest()[:16]
    key = f"previews/{(sheet.sha256 or '')[:2]}/{sheet.sha256}-phone-{named}.png"
    if storage.exists(key):
        return storage.get(key)
    content = stored(storage, sheet.storage_key or "", digest=sheet.sha256)
    try:
        answer = run("phone", content, png(check), limits=LIMITS, parameters=parameters)
    except TooCostly:
        raise NotFound("preview_impossible") from None
    if answer.data["broken"]:
        raise NotFound("preview_impossible")
    storage.put(key, answer.content)
    return answer.content

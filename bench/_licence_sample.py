"""The licence that is measured, and a key to sign it with."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

SIGNED_AT = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)
SCOPES = (250, 500, 1000)


def particulars(scope: int | None = None) -> Any:
    """The sample licence: a limited company with a scope of some 250 characters, or of `scope` characters."""
    from certificates import chinese
    from certificates.particulars import Particulars

    general = (
        "茶叶种植；食用农产品初加工；农副产品销售；日用陶瓷制品销售；日用百货销售；礼品花卉销售；工艺美术品及礼仪用品销售；"
        "互联网销售（除销售需要许可的商品）；组织文化艺术交流活动；会议及展览服务；包装服务；信息咨询服务（不含许可类信息咨询服务）；"
        "技术服务、技术开发、技术咨询、技术交流、技术转让、技术推广"
    )
    licensed: tuple[str, ...] = ("茶叶制品生产", "食品销售", "餐饮服务")
    items = tuple(general.split("；"))
    if scope is not None:
        # Different items, and a last one that fills the rest of the length.
        scope -= len("".join(chinese.scope_parts(("",), ())))
        longer = [f"{item}{number}类" for number in range(1, 20) for item in items]
        total = [sum(len(item) + 1 for item in longer[:count]) for count in range(len(longer))]
        count = max(count for count, length in enumerate(total) if length < scope - 12)
        licensed, items = (), (*longer[:count], "茶" * (scope - total[count]))
    return Particulars(
        entity_type="llc",
        name="金华双溪样例茶业有限公司",
        type_text="有限责任公司（自然人投资或控股）",
        representative="苏知禾",
        capital=Decimal(5_000_000),
        domicile="浙江省金华市婺城区样例街道双溪路88号3幢201室",
        general_items=items,
        licensed_items=licensed,
        founded_on=date(2026, 10, 12),
        issued_on=date(2026, 10, 12),
        registrar="金华市市场监督管理局",
        uscc="91330701MAT000018L",
        serial="330701202610120001",
        check_url="https://heyi.example/v/Zk3vX0q9Tn2bR7cL5mWd1A",
        check_host="heyi.example/v",
    )


@contextmanager
def key_folder() -> Iterator[Path]:
    """A sample key of P-256."""
    from certificates.signatures.signer import make_sample_key

    with tempfile.TemporaryDirectory() as folder:
        make_sample_key(Path(folder) / "key", common_name="样例登记机关", valid_from=datetime(2026, 1, 1, tzinfo=UTC))
        yield Path(folder) / "key"

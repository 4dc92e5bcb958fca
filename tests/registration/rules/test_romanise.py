"""Names of persons and places in Latin letters."""

import pytest

from registration.rules import romanise


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("苏知禾", "Su Zhihe"),
        ("陆栖梧", "Lu Qiwu"),
        ("欧阳样例", "Ouyang Yangli"),
        ("单样", "Shan Yang"),
        ("吕样", "Lü Yang"),
        ("王安娥", "Wang An'e"),
        ("苏知禾、陆栖梧", "Su Zhihe, Lu Qiwu"),
        ("阿依古丽·样例", "Ayiguli Yangli"),
        ("浙江样例云栖私募基金管理有限公司", None),
        ("John Sample", None),
        ("苏", None),
    ],
)
def test_persons_are_written_surname_first(name: str, latin: str | None) -> None:
    assert romanise.person(name) == latin


def test_places_are_named_from_the_smallest_up() -> None:
    assert romanise.place("浙江省金华市婺城区样例街道双溪路88号") == "Wucheng District, Jinhua City, Zhejiang"
    assert romanise.place("样例街道双溪路88号") is None

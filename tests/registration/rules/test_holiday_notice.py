"""The State Council's notices as they were published give the days that were worked, and a slip in one is named."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from registration.rules.holiday_notice import read_notice
from registration.rules.problems import InvalidForm, problem_text

KNOWN = frozenset(range(2004, 2027))
NOTICES = {
    2026: """国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
2025年11月4日""",
    2024: """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
}


@pytest.mark.parametrize("year", NOTICES)
def test_a_published_notice_gives_the_days_that_were_worked(year: int) -> None:
    found = {row.day: row.works for row in read_notice(NOTICES[year], year=year, known=KNOWN)}
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range(365)]
    assert not [day for day in days if found.get(day, day.weekday() < 5) != chinese_calendar.is_workday(day)]


def test_a_day_of_the_year_before_is_read_with_its_year() -> None:
    assert date(2022, 12, 31) in {row.day for row in read_notice(NOTICES[2023], year=2023, known=KNOWN)}
    assert "2022-12-31不在2023年" in wrong(NOTICES[2023], year=2023, known=frozenset())[0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("元旦：1月1日（周五）放假", "第2行：“1月1日（周五）”在2026年是星期四"),
        ("元旦1月1日放假", "第2行：请写成“元旦：1月1日"),
        ("元旦：1月3日和4日放假，共3天", "第2行：写的是共3天，日期有2天"),
        ("元旦：13月1日放假", "第2行：“13月1日”不是存在的日期"),
        ("春节：2月30日上班", "第2行：“2月30日”不是存在的日期"),
        ("元旦：1月1日放假，1月2日", "第2行：“1月2日”没有写明放假还是上班"),
        ("元旦：1月1日至3月1日放假", "第2行：“1月1日至3月1日放假”不是存在的日期"),
        ("元旦：1月1日放假。1月1日上班", "第2行：2026-01-01在第2行已经有了"),
    ],
)
def test_a_slip_is_named_with_its_line(line: str, said: str) -> None:
    assert any(said in text for text in wrong(f"通知\n{line}", year=2026))


def test_a_notice_without_a_fixed_holiday_is_not_whole() -> None:
    assert "2026-10-01是法定节日" in "".join(wrong("元旦：1月1日放假，1月4日（周日）上班", year=2026))
    assert wrong("没有日期", year=2026) == ["文件里没有日期，请检查"]


def wrong(text: str, *, year: int, known: frozenset[int] = KNOWN) -> list[str]:
    with pytest.raises(InvalidForm) as caught:
        read_notice(text, year=year, known=known)
    return [problem_text(one, "zh") for one in caught.value.problems]

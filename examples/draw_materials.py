"""Draws the documents of the examples as scans: invented content on paper, marked as samples."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
FONT = HERE.parent / "certificates" / "fonts" / "NotoSerifSC-Regular.ttf"
SIZE = (827, 1170)  # A4 at 100 dots per inch: readable, and small in the repository.
INK, PAPER = 40, 250

DOCUMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "articles.pdf": (
        "公司章程",
        (
            "第一条  为规范公司的组织和行为，根据公司法，制定本章程。",
            "第二条  公司名称、住所、经营范围以登记为准。",
            "第三条  股东按本章程记载的出资额和期限缴足出资。",
            "第四条  公司不设董事会，设董事一名，为法定代表人。",
            "第五条  公司不设监事会，设监事一名。",
            "第六条  本章程经全体股东签名或者盖章后生效。",
            "（以下为股东签名）",
        ),
    ),
    "appointment.pdf": (
        "股东会决议",
        (
            "一、选举一名董事，由其担任法定代表人。",
            "二、选举一名监事。",
            "三、由董事兼任经理。",
            "任职人员的姓名和职务以申请表为准。",
            "（以下为股东签名）",
        ),
    ),
    "lease.pdf": (
        "房屋租赁合同",
        ("出租方：样例物业", "承租方：申请人", "房屋坐落：样例街道", "租赁期限：至2029年12月31日", "双方签名："),
    ),
    "title.jpg": (
        "不动产权证书（样例）",
        ("权利人：苏知禾", "坐落：金华市婺城区样例街道双溪路88号3幢201室", "用途：办公", "面积：120平方米"),
    ),
    "appraisal.pdf": (
        "非货币出资作价说明",
        ("出资财产：数控车床两台", "作价：人民币捌拾万元整", "全体股东确认上述作价。", "（以下为股东签名）"),
    ),
    "household-registers.pdf": (
        "户口簿（农民成员）",
        ("苏知禾  粮农", "何望舒  粮农", "江暮云  粮农", "叶听澜  粮农"),
    ),
    "joint-form.png": (
        "新设企业五证合一登记申请表",
        ("申请事项：设立登记", "联办部门：质监、国税、地税、人社、统计", "申请人签名："),
    ),
}


def draw(title: str, lines: tuple[str, ...]) -> Image.Image:
    page = Image.new("L", SIZE, PAPER)
    pen = ImageDraw.Draw(page)
    pen.text((SIZE[0] // 2, 130), title, INK, ImageFont.truetype(FONT, 40), anchor="mm")
    for place, line in enumerate(lines):
        pen.text((90, 240 + 60 * place), line, INK, ImageFont.truetype(FONT, 24))
    pen.text((SIZE[0] // 2, 1090), "演示样本 SAMPLE", 150, ImageFont.truetype(FONT, 28), anchor="mm")
    return page


def main() -> None:
    """Writes `materials/`; the dark photo is the one that must be taken again."""
    folder = HERE / "materials"
    folder.mkdir(exist_ok=True)
    for name, (title, lines) in DOCUMENTS.items():
        draw(title, lines).save(folder / name, resolution=100, quality=60, optimize=True)
    dark = draw(*DOCUMENTS["title.jpg"]).point(lambda value: value // 6)
    dark.save(folder / "title-dark.jpg", quality=40, optimize=True)


if __name__ == "__main__":
    main()

"""How an applicant fills in the form of a limited company, page after page, by typing and pressing."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from registration.rules.form import sections_for
from registration.rules.materials import material_label
from tests.browser.visitor import Visitor
from tests.fixtures.cases import person
from tests.fixtures.sign_up import code_in

PASSWORD = "a long phrase for one afternoon"
SIGNERS = ("p1", "p2", "p3")


@dataclass(frozen=True)
class Firm:
    """A company to be founded: its invented trade name, and the first version of its address."""

    trade: str
    email: str
    street: str = "样例街道双溪路88号3幢"

    @property
    def name(self) -> str:
        return f"金华市{self.trade}信息科技有限公司"


def sign_up(visitor: Visitor, firm: Firm) -> None:
    visitor.open("/")
    visitor.follow("新建账户")
    visitor.type(name="苏知禾", email=firm.email, password=PASSWORD)
    visitor.tick("consent")
    visitor.press("继续")
    # A demonstration shows the mail beside the place for its code.
    visitor.type(code=code_in(visitor.page.locator(".letter").inner_text()) or "")
    visitor.press("确认，建立账户")
    visitor.sees(visitor.say("账户已经建立"))


def begin(visitor: Visitor, entity_type: str = "llc", registrar: str = "330701") -> str:
    """From one's own empty list to the task list of a new draft; returns its reference."""
    visitor.follow("开始新的申请")
    visitor.pick("entity_type", entity_type)
    visitor.pick("registrar", registrar)
    visitor.press("开始填写申请")
    return visitor.page.url.rpartition("/")[2]


def fill_in(visitor: Visitor, firm: Firm) -> None:
    """Every page in the order in which one leads to the next."""
    visitor.follow(title_of("name", visitor))
    for fill in (_name, _domicile, _scope, _capital, _people, _shareholders, _officers, _legal_rep, _contacts, _owners):
        fill(visitor, firm)
    for section in ("tax", "social", "addons"):
        visitor.follow(title_of(section, visitor))
        _is_on(visitor, section)
        _ALONGSIDE[section](visitor)
        visitor.press("保存并继续")


def hand_in_materials(visitor: Visitor) -> None:
    """A photograph, really drawn; articles and appointments are made by the system."""
    for kind, filename, content, mime in (("premises_title", "产权证.png", png("dark"), "image/png"),):
        visitor.follow(material_label(kind, visitor.lang))
        visitor.hand_in("file", filename, content, mime)
        visitor.press("上传")
        visitor.sees(filename)
        expect(visitor.page.get_by_role("img").first).to_be_visible()
        visitor.page.get_by_role("img").first.evaluate("picture => picture.decode()")
        visitor.go_back()


def read_articles(visitor: Visitor) -> None:
    """The articles that the system makes: found, read, and one clause put in other words."""
    visitor.follow(title_of("documents", visitor))
    visitor.does_not_scroll_sideways()
    visitor.follow("阅读全文", of=material_label("articles", visitor.lang))
    visitor.sees("第一章　总则")
    visitor.does_not_scroll_sideways()
    visitor.go_back()
    visitor.page.locator("details > summary").first.click()
    visitor.control("documents.company_articles.transfer").fill("股东转让股权，须经其他股东过半数同意。")
    visitor.press("保存并继续")


def title_of(section: str, visitor: Visitor) -> str:
    """What a section is called in the task list, and in a notice."""
    found = next(one for one in sections_for("llc", "company_law_2024") if one.key == section)
    return found.label[visitor.lang]


def pdf(title: str, *, pages: int = 1) -> bytes:
    drawn = [_sheet(f"{title} {number}") for number in range(1, pages + 1)]
    file = BytesIO()
    drawn[0].save(file, "PDF", save_all=True, append_images=drawn[1:])
    return file.getvalue()


def png(title: str) -> bytes:
    file = BytesIO()
    _sheet(title).save(file, "PNG")
    return file.getvalue()


def _sheet(title: str) -> Image.Image:
    sheet = Image.new("RGB", (420, 594), "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((20, 20, 400, 574), outline="black", width=2)
    pen.text((40, 40), title.encode("ascii", "replace").decode(), fill="black")
    for line in range(90, 540, 22):
        pen.line((40, line, 380, line), fill="grey")
    return sheet


def _is_on(visitor: Visitor, section: str) -> None:
    assert visitor.page.url.partition("?")[0].endswith(f"/{section}"), visitor.page.url
    visitor.does_not_scroll_sideways()


def _name(visitor: Visitor, firm: Firm) -> None:
    _is_on(visitor, "name")
    visitor.pick("name.region", "金华市")
    visitor.type(name__industry="信息科技")
    visitor.pick("name.form", "有限公司")
    visitor.control("name.trade").press_sequentially(firm.trade)
    # The verdict comes while one types, without any button.
    expect(visitor.control("verdict")).to_contain_text(visitor.say("可以使用"))
    visitor.press("保存并继续")


def _domicile(visitor: Visitor, firm: Firm) -> None:
    """With a slip on the way: the page comes back with what is wrong and with everything that was typed."""
    _is_on(visitor, "domicile")
    visitor.pick("domicile.region", "330702")
    visitor.pick("domicile.tenure", "own")
    visitor.type(domicile__street=firm.street, domicile__phone="0579-12", domicile__area_m2="120")
    visitor.press("保存并继续")
    visitor.is_told_off("domicile.phone")
    assert visitor.page.title().startswith(visitor.say("错误："))
    expect(visitor.control("domicile.street")).to_have_value(firm.street)
    expect(visitor.control("domicile.phone")).to_have_value("0579-12")
    visitor.type(domicile__phone="0579-82000000")
    visitor.press("保存并继续")


def _scope(visitor: Visitor, firm: Firm) -> None:
    _is_on(visitor, "scope")
    for sought in ("HY0160", "HY0162"):
        visitor.control("q").fill(sought)
        visitor.page.locator(f'button[name="add"][value="{sought}"]').click()
        expect(visitor.page.locator(f'button[name="remove"][value="{sought}"]')).to_be_visible()
    visitor.press("保存并继续")


def _capital(visitor: Visitor, firm: Firm) -> None:
    _is_on(visitor, "capital")
    visitor.type(capital__amount_wan="100")
    visitor.press("保存并继续")


def _people(visitor: Visitor, firm: Firm) -> None:
    _is_on(visitor, "people")
    for key in SIGNERS:
        visitor.follow("添加一个人")
        type_person(visitor, key)
        visitor.press("保存")
        visitor.sees(person(key)["name"])
    visitor.press("保存并继续")


def type_person(visitor: Visitor, key: str) -> None:
    typed = person(key)
    visitor.type_in(f"people.{key}", {name: typed[name] for name in ("name", "id_no", "mobile", "address", "email")})
    visitor.tick(f"people.{key}.id_long")


def _shareholders(visitor: Visitor, firm: Firm) -> None:
    _is_on(visitor, "shareholders")
    shares = (("p1", "51", "2030-09-30"), ("p2", "29", "2028-12-31"), ("p3", "20", "2027-06-30"))
    for place, (key, amount, due_on) in enumerate(shares):
        visitor.follow("添加股东")
        visitor.pick(f"shareholders.{place}.person", key)
        visitor.type_in(f"shareholders.{place}.lines.0", {"amount_wan": amount, "due_on": due_on})
        visitor.press("保存")
    visitor.sees(visitor.say("等于注册资本"))
    visitor.press("保存并继续")


def _officers(visitor: Visitor, firm: Firm) -> None:
    _is_on(visitor, "officers")
    visitor.pick("officers.board", "single")
    visitor.pick("officers.post.p1", "director")
    visitor.tick("officers.manager.p1")
    visitor.tick("officers.supervisor.p2")
    visitor.pick("officers.supervision", "supervisors")
    visitor.press("保存并继续")


def _legal_rep(visitor: Visitor, firm: Firm) -> None:
    _is_on(visitor, "legal_rep")
    visitor.pick("legal_rep.person", "p1")
    visitor.pick("legal_rep.post", "director")
    visitor.press("保存并继续")


def _contacts(visitor: Visitor, firm: Firm) -> None:
    _is_on(visitor, "contacts")
    visitor.pick("contacts.liaison.person", "p3")
    visitor.pick("contacts.finance.person", "p1")
    visitor.pick("contacts.filer.person", "p1")
    visitor.press("保存并继续")


def _owners(visitor: Visitor, firm: Firm) -> None:
    _is_on(visitor, "owners")
    visitor.pick("owners.basis", "exempt")
    visitor.tick("owners.promised")
    visitor.press("保存并继续")


def _tax(visitor: Visitor) -> None:
    visitor.pick("tax.officer.person", "p3")
    visitor.page.locator('[name="tax.invoices"]').first.check()


def _social(visitor: Visitor) -> None:
    visitor.type(social__headcount="5", social__insured_count="3")


def _addons(visitor: Visitor) -> None:
    visitor.tick("addons.seal")


_ALONGSIDE: dict[str, Callable[[Visitor], None]] = {"tax": _tax, "social": _social, "addons": _addons}

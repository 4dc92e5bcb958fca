"""Identities at a provider on the pages of an account: linked and unlinked, shown anew before a step, and for a
signature."""

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import select

from registration import clock, database
from registration.gateways import openid
from registration.models import HistoryEntry, IdentityLink, SignIn
from registration.operations import samples, sign
from registration.operations.act import act
from registration.rules.privacy_notice import notice_version
from tests.fixtures.cases import actor_of, company, draft, file_of, person
from tests.fixtures.identity_provider import IdentityProvider
from tests.fixtures.office import CLERK, LIN, case_of, file_in
from tests.fixtures.sign_in_providers import audit_lines, sent_back, signed_in_at, whole_first_time
from tests.fixtures.visitor import Visitor, value_of, words

Visit = Callable[..., Visitor]


def grown_old() -> None:
    with database.transaction() as session:
        for row in session.exec(select(SignIn)):
            row.confirmed_at = clock.now() - timedelta(minutes=31)


def refs() -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(IdentityLink.ref)))


def without_password(arrive: Visit, provider: IdentityProvider) -> Visitor:
    """A citizen whose account only the provider opens."""
    provider.person |= {"email": "new@example.cn", "email_verified": True}
    somebody = arrive()
    assert whole_first_time(somebody, what="create", consent=notice_version()).status_code == 303
    return somebody


def test_an_owner_links_and_unlinks_after_the_password(arrive: Visit, provider: IdentityProvider) -> None:
    lin, zhou = arrive(LIN), arrive("zhou@example.cn")
    grown_old()
    assert "请再输入一次密码" in words(lin.post("/account/identities/link/city"))
    linked = lin.get(sent_back(lin.post("/account/identities/link/city", once_more=samples.PASSWORD)))
    assert linked.location == "/account#identities"
    assert "已经关联" in words(lin.get("/account"))
    (ref,) = refs()

    # An account is one person's.
    provider.person["sub"] = "somebody else"
    second = lin.get(sent_back(lin.post("/account/identities/link/city")))
    assert second.location == "/account#identities"
    assert "已经关联了市民一号通的另一个身份" in words(lin.get("/account"))
    provider.person["sub"] = "subject-1"

    # Nobody else gets or ends it.
    taken = zhou.get(sent_back(zhou.post("/account/identities/link/city", once_more=samples.PASSWORD)))
    assert taken.location == "/account#identities"
    assert "已经关联到另一个账户" in words(zhou.get("/account"))
    assert zhou.post("/account/identities/unlink", ref=ref).status_code == 404
    assert refs() == [ref]

    other_device = arrive()
    assert signed_in_at(other_device).status_code == 303
    assert lin.post("/account/identities/unlink", ref=ref).status_code == 303
    assert refs() == []
    assert other_device.get("/account").status_code == 303
    assert lin.get("/account").status_code == 200
    assert audit_lines("account:unlink_identity") == [("done", "city", None)]


def test_the_only_way_in_is_not_unlinked(arrive: Visit, provider: IdentityProvider) -> None:
    somebody = without_password(arrive, provider)
    assert somebody.post("/account/identities/unlink", ref=refs()[0]).status_code == 303
    assert "唯一方式" in words(somebody.get("/account"))
    assert len(refs()) == 1


def test_who_has_no_password_shows_at_the_provider_anew_who_it_is(arrive: Visit, provider: IdentityProvider) -> None:
    somebody = without_password(arrive, provider)
    grown_old()
    asked = somebody.post("/account/identities/unlink", ref=refs()[0])
    assert "请再确认一次身份" in words(asked)
    assert 'type="password"' not in asked.text
    again = "/account/identities/confirm/city?next=/account/identities/unlink"
    typed = {"ref": refs()[0]}

    # A session at the provider that was there already is not enough, and neither is another person's.
    provider.says = {"auth_time": int(clock.now().timestamp()) - 3600}
    old = somebody.get(sent_back(somebody.post(again, data=typed)))
    assert "不能确认您的身份" in words(old)
    assert value_of(old, "ref") == typed["ref"]
    provider.says = {}
    own, provider.person = provider.person, {"sub": "another"}
    other = somebody.get(sent_back(somebody.post(again, data=typed)))
    assert "不是您关联的身份" in words(other)
    assert "请再确认一次身份" in words(somebody.post("/account/identities/unlink", data=typed))

    provider.person = own
    sure = somebody.get(sent_back(somebody.post(again, data=typed)))
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    assert "已经确认是您本人" in words(sure)
    assert 'action="/account/identities/unlink"' in sure.text
    assert value_of(sure, "ref") == typed["ref"]
    assert somebody.post("/account/identities/unlink", data=typed).status_code == 303


def test_a_decision_is_confirmed_at_the_provider_and_keeps_the_opinion(
    arrive: Visit, provider: IdentityProvider
) -> None:
    provider.person = {"sub": "clerk", "employee": CLERK}
    ref, clerk = file_in(claimed_by=CLERK), arrive()
    signed_in_at(clerk, "office")
    grown_old()
    at, opinion = f"/desk/cases/{ref}/act/approve", "符合法定形式，<同意> & 签发"
    asked = clerk.post(at, version=str(case_of(ref).version), opinion=opinion)
    assert "在单位一号通重新登录" in words(asked)
    sure = clerk.get(
        sent_back(
            clerk.post(
                f"/account/identities/confirm/office?next={at}",
                version=value_of(asked, "version"),
                opinion=opinion,
            )
        )
    )
    done = clerk.post(at, version=value_of(sure, "version"), opinion=value_of(sure, "opinion"))
    assert done.status_code == 303
    assert case_of(ref).state == "approved"
    assert opinion in words(clerk.get(f"/desk/cases/{ref}/history"))


def own_links(login: str) -> tuple[str, dict[str, str]]:
    """A company of this account that waits for signatures, and the signing link of each person."""
    actor, now = actor_of(login), clock.now()
    ref = draft("llc", company(), registrar="330702", actor=actor, now=now)
    act(ref, "request_signatures", actor=actor, now=now)
    links = sign.links_for(ref, actor=actor, now=now)
    keys = {one.party.ref: one.party.person_key for one in file_of(ref, actor=actor, now=now).signatures}
    return ref, {keys[party]: f"/sign/{secret}" for party, secret in links.items()}


def test_who_signed_in_with_a_high_level_signs_without_another_check(arrive: Visit, provider: IdentityProvider) -> None:
    provider.person |= {"email": LIN, "email_verified": True}
    lin = arrive()
    whole_first_time(lin, what="link", password=samples.PASSWORD)
    _ref, links = own_links(LIN)
    first = lin.get(links["p1"])
    assert "市民一号通已经核实您的姓名和证件号码" in words(first)
    assert "您的证件号码" not in words(first)
    assert lin.post(f"{links['p1']}/identity", by="sign_in").location == links["p1"]
    whole = lin.get(links["p1"])
    assert "样例街道双溪路88号3幢201室" in words(whole)
    assert lin.post(links["p1"], digest=value_of(whole, "digest"), agreed="yes").location == links["p1"]
    with database.reading() as session:
        entry = session.exec(select(HistoryEntry).where(HistoryEntry.tag == "party:identify")).one()
    assert entry.data["method"] == "provider:city"
    assert (entry.data["provider"], entry.data["level"]) == ("city", "high")
    assert entry.data["at"]

    # The next signer is another person, for whom this sign-in proves nothing; neither does it in another browser.
    assert "您的证件号码" in words(lin.get(links["p2"]))
    assert lin.post(f"{links['p2']}/identity", by="sign_in").status_code == 422
    assert arrive().post(f"{links['p2']}/identity", by="sign_in").status_code == 422


def test_a_lower_level_another_name_and_a_password_prove_no_signer(arrive: Visit, provider: IdentityProvider) -> None:
    provider.person |= {"email": LIN, "email_verified": True}
    lin = arrive()
    whole_first_time(lin, what="link", password=samples.PASSWORD)
    _ref, links = own_links(LIN)
    number = person("p1")["id_no"]
    for changed in ({"acr": "password"}, {"acr": "unknown"}, {"name": "别人"}, {"id_no": person("p2")["id_no"]}):
        provider.person = {"sub": "subject-1", "name": person("p1")["name"], "id_no": number, "acr": "face"} | changed
        somebody = arrive()
        signed_in_at(somebody)
        assert "您的证件号码" in words(somebody.get(links["p1"])), changed
        assert somebody.post(f"{links['p1']}/identity", by="sign_in").status_code == 422
    assert arrive(LIN).post(f"{links['p1']}/identity", by="sign_in").status_code == 422
    # What was stated with less assurance takes no part in the session that began with more.
    assert lin.post(f"{links['p2']}/identity", by="sign_in").status_code == 422
    assert lin.post(f"{links['p1']}/identity", by="sign_in").location == links["p1"]


def test_who_signs_out_is_asked_to_do_so_at_the_provider(arrive: Visit, provider: IdentityProvider) -> None:
    lin = arrive(LIN)
    assert lin.get(sent_back(lin.post("/account/identities/link/city", once_more=samples.PASSWORD))).status_code == 303
    assert arrive("zhou@example.cn").post("/sign-out").location == "/sign-in", "the session began with the password"
    somebody = arrive()
    assert signed_in_at(somebody).status_code == 303
    page = somebody.post("/sign-out")
    assert "您在市民一号通还没有退出" in words(page)
    assert f'href="{provider.issuer}/logout?client_id=heyi-test&amp;post_logout_redirect_uri=' in page.text
    assert somebody.get("/account").status_code == 303

    openid.forget()
    provider.ends_sessions = False
    again = arrive()
    assert signed_in_at(again).status_code == 303
    assert again.post("/sign-out").location == "/sign-in"

"""What no keyboard types but somebody sends: pages answer it, on the database that is strictest about texts."""

from collections.abc import Callable

import pytest

from tests.fixtures.database import POSTGRES, database_url
from tests.fixtures.visitor import Visitor
from tests.registration.web.test_apply import LIN, begun

__all__ = ["database_url"]
Visit = Callable[..., Visitor]
pytestmark = pytest.mark.parametrize(
    "database_url", [pytest.param(POSTGRES, marks=pytest.mark.postgres)], indirect=True
)
ODD = ("\x00a", "\ufffe", "測" * 300)


@pytest.mark.parametrize("path", ["/check?q=", "/log?q=", "/names?name=", "/v/", "/sign/", "/desk/inbox?q="])
def test_a_question_with_a_nul_is_answered(visit: Visit, path: str) -> None:
    visitor = visit("0318" if path.startswith("/desk") else "")
    assert visitor.get(f"{path}%00a").status_code < 500


@pytest.mark.parametrize("odd", ODD)
def test_a_form_with_odd_texts_is_answered(visit: Visit, odd: str) -> None:
    ref, lin = begun(), visit(LIN)
    typed = {"name.trade": odd, "name.region": odd, "domicile.street": odd}
    for section in ("name", "domicile"):
        assert lin.post(f"/applications/{ref}/{section}", data=typed).status_code < 500
        assert lin.post(f"/applications/{ref}/{section}/draft", data=typed).status_code < 500
        assert lin.get(f"/applications/{ref}/{section}").status_code < 500

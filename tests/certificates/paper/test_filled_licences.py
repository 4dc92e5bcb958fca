"""A licence that is filled into a compiled sheet is that which WeasyPrint lays out: text, places, tags, pixels."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from certificates.errors import CertificateError
from certificates.paper import samples
from certificates.paper.design import find
from certificates.paper.pdf import Renderer, filled, licence, renderer
from certificates.particulars import CopyKind, EntityType, Particulars, Style
from certificates.signatures.signer import Signer
from certificates.signatures.verify import verify
from tests.fixtures.marks import some_of
from tests.fixtures.same_pages import assert_same, draw

Make = Callable[..., Particulars]
Read = Callable[[bytes], str]
SIGNED_AT = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)
# Every style, type and copy that the design serves.
KINDS = list(samples.kinds(find("jinhua").manifest.serves))


def both(particulars: Particulars, **more: Any) -> tuple[bytes, bytes]:
    """The licence as filled, and as laid out."""
    ready = renderer("jinhua")
    file = filled(ready, particulars, **more)
    assert file is not None
    return bytes(file.written()), licence(ready, particulars, compiled=False, **more)


@pytest.mark.parametrize("kind", some_of(KINDS, every=7))
def test_every_kind_is_the_same(kind: tuple[Style, EntityType, CopyKind]) -> None:
    style, entity_type, copy = kind
    facts = samples.particulars(entity_type, style=style, copy_kind=copy, sample=copy == "duplicate")
    assert_same(*both(facts))


@pytest.mark.parametrize("kind", some_of(KINDS, every=13))
def test_texts_at_their_limits_are_the_same(kind: tuple[Style, EntityType, CopyKind]) -> None:
    style, entity_type, copy = kind
    for name, facts in samples.longest(entity_type, style=style, copy_kind=copy):
        if name in ("longest texts", "longest scope"):
            file = filled(renderer("jinhua"), facts)
            assert (file is None) == (facts.delegate is not None and name == "longest texts")
            if file is not None:
                assert_same(*both(facts))


WORDS = (
    "样例",
    "技术服务",
    "（除许可业务外）",
    "“样”",
    "《样》",
    "研究、设计",
    "A4",
    "100%",
    "：",
    "茶；",
    "·",
    "）（",
    "3D",
)
LATIN = ("Hello", "World", "W. A.", "a-b", "1,000", "é", "VAT", "(x)")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map("".join)
MIXED = st.lists(st.sampled_from((*WORDS, *LATIN)), min_size=1, max_size=9).map(" ".join)
FACTS = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "type_text": TEXTS,
        "representative": st.one_of(TEXTS, MIXED),
        "domicile": st.lists(TEXTS, min_size=1, max_size=3).map("".join),
        "registrar": TEXTS.map(lambda text: text[:30]),
        "general_items": st.lists(st.lists(TEXTS, min_size=1, max_size=4).map("".join), min_size=1, max_size=9),
        "serial": st.text("0123456789", min_size=1, max_size=24),
        "copy_number": st.integers(1, 999),
    }
)
TYPES: tuple[EntityType, ...] = ("llc", "lp", "individual")
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.thorough
@settings(unhurried, max_examples=25, phases=[Phase.explicit, Phase.generate])
@given(facts=FACTS, entity_type=st.sampled_from(TYPES), copy=st.sampled_from(get_args(CopyKind)))
def test_random_licences_are_the_same(facts: dict[str, Any], entity_type: EntityType, copy: CopyKind) -> None:
    texts: dict[str, Any] = {name: one[:60] if isinstance(one, str) else one for name, one in facts.items()}
    try:
        given_facts = samples.particulars(entity_type, copy_kind=copy, **texts)
        file = filled(renderer("jinhua"), given_facts)
    except CertificateError:
        return
    if file is not None:
        assert_same(bytes(file.written()), licence(renderer("jinhua"), given_facts, compiled=False))


def test_a_design_that_prints_a_varying_text_outside_its_slots_is_laid_out(make: Make) -> None:
    ready = changed("{{ p.name }}")
    assert filled(ready, make()) is None
    assert filled(changed(""), make()) is not None
    # A design of an office from before there were slots.
    assert filled(changed("", 'data-slot="'), make()) is None


def changed(more: str, left_out: str = "<!-- -->") -> Renderer:
    """The design as an office might have it: with more in it, or without something."""
    shipped = find("jinhua")
    page = shipped.text("licence.html").replace("<h1>", f"<p>{more}</p><h1>").replace(left_out, 'title="')
    own = replace(
        shipped, folder=Path("/srv/designs/own"), contents={**shipped.contents, "licence.html": page.encode()}
    )
    return Renderer(own)


@pytest.mark.parametrize("name", ["阿依古丽·样例", "𠮷样", "ή", "W" * 60])
def test_what_fits_no_slot_is_laid_out(name: str, make: Make) -> None:
    assert filled(renderer("jinhua"), make(representative=name)) is None or name.startswith("阿")


def test_the_same_licence_has_the_same_bytes_in_every_process(make: Make) -> None:
    first = licence(Renderer(find("jinhua")), make())
    other = Renderer(find("jinhua"))
    licence(other, make(name="另一家样例公司"))
    assert licence(other, make()) == first
    assert licence(other, make(copy_number=2)) != first


def test_a_filled_licence_is_signed_in_its_first_revision(make: Make, signer: Signer, tmp_path: Path) -> None:
    particulars = make()
    file = filled(renderer("jinhua"), particulars)
    assert file is not None
    said: dict[str, Any] = {"signed_at": SIGNED_AT, "reason": "核发营业执照", "location": "浙江金华"}
    signed = signer.sign(file, **said)
    assert signed.count(b"%%EOF") == 1
    for pdf in (signed, signer.sign(bytes(file.written()), **said)):
        verdict = verify(pdf, trust_roots=[signer.root])
        assert verdict.genuine
        assert verdict.particulars == particulars
        assert_others_accept(pdf, tmp_path)
    assert "signature.appended" in verify(signed + b"\n", trust_roots=[signer.root]).problems
    place = signed.index(b"/Reason") + 20
    altered = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
    assert not verify(altered, trust_roots=[signer.root]).genuine
    assert_same(signed, signer.sign(licence(renderer("jinhua"), particulars, compiled=False), **said))


def assert_others_accept(pdf: bytes, folder: Path) -> None:
    """qpdf, poppler and a reader of QR codes, as far as they are installed."""
    path, picture = folder / "licence.pdf", folder / "page"
    path.write_bytes(pdf)
    commands = {
        "qpdf": (["--check", str(path)], "No syntax or stream encoding errors"),
        "pdffonts": ([str(path)], "yes yes yes"),
        "pdfsig": (["-nocert", str(path)], "Signature is Valid"),
    }
    for command, (arguments, expected) in commands.items():
        if shutil.which(command):
            done = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)
            assert expected in done.stdout, (command, done.stdout, done.stderr)
    draw(pdf, scale=100 / 72).save(picture.with_suffix(".png"))
    if shutil.which("zbarimg"):
        done = subprocess.run(
            ["zbarimg", "-q", "--raw", str(picture) + ".png"], capture_output=True, text=True, check=False
        )
        assert done.stdout.startswith("https://heyi.example/v")

"""Names under which documents are downloaded. The papers are Chinese, so their names are."""

_SHEETS = {"original": "正本", "duplicate": "副本{number}"}
_LICENCE = "营业执照"


def licence_file_name(firm: str, code: str, *, paper: str, copy_no: int, ending: str, more: str = "") -> str:
    """`营业执照-金华市样例有限公司-正本.pdf`; with the code where the entity has no name. `more` stands at the end."""
    sheet = _SHEETS.get(paper, paper).format(number=copy_no or "")
    return f"{_LICENCE}-{firm or code}-{sheet}{more}.{ending}"

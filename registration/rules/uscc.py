"""Well-formedness of the code of a legal person that is named in a form."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_uscc(code: str) -> bool:
    """Whether eighteen characters carry the right check character (GB 32100-2015)."""
    if len(code) != 18 or any(char not in _ALPHABET for char in code):
        return False
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    return _ALPHABET[-total % 31] == code[17]

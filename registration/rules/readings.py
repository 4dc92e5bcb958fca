"""Readings of Han characters (Hanyu Pinyin). Loading the dictionary takes half a second: the first question pays."""

from functools import lru_cache


@lru_cache(maxsize=32768)
def readings_of(char: str) -> frozenset[str]:
    """Every reading of one character, with its tone as a digit (5 neutral); one without any stands for itself."""
    from pypinyin import Style, pinyin

    # One character at a time: within a phrase the dictionary would choose a reading for us.
    found = pinyin(char, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True, errors="ignore")
    return frozenset(found[0]) if found and found[0] else frozenset({char})


def syllables_of(text: str) -> list[str]:
    """How a text is read, a syllable without tone for each of its characters; others are left out."""
    from pypinyin import Style, lazy_pinyin

    return list(lazy_pinyin(text, style=Style.NORMAL, errors="ignore"))


def searchable(name: str) -> str:
    """How a name is read, whole and by initials, as one types it to find it: `jinhuachenxi jhcx`."""
    syllables = [one.replace("ü", "v") for one in syllables_of(name)]
    return f"{''.join(syllables)} {''.join(one[:1] for one in syllables)}".strip()

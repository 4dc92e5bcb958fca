"""Readings of Han characters (Hanyu Pinyin). Loading the dictionary takes half a second, at the first call."""

from functools import lru_cache


@lru_cache(maxsize=32768)
def readings_of(char: str) -> frozenset[str]:
    """Every reading of one character, with its tone as a digit (5 neutral); the character itself if it has none."""
    from pypinyin import Style, pinyin

    # One character at a time: within a phrase the dictionary would choose a reading for us.
    found = pinyin(char, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True, errors="ignore")
    return frozenset(found[0]) if found and found[0] else frozenset({char})


def syllables_of(text: str) -> list[str]:
    """The reading of a text, a syllable without tone for each Han character; others are left out."""
    from pypinyin import Style, lazy_pinyin

    return list(lazy_pinyin(text, style=Style.NORMAL, errors="ignore"))


def searchable(name: str) -> str:
    """The search text of a name, whole and by initials: `jinhuachenxi jhcx`."""
    syllables = [one.replace("ü", "v") for one in syllables_of(name)]
    return f"{''.join(syllables)} {''.join(one[:1] for one in syllables)}".strip()

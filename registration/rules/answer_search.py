"""Finds among short texts those that answer a question, by the pairs of syllables and the words that they share."""

import math
import re
from collections import Counter
from collections.abc import Sequence

# A text counts from this share of the best one's weight on.
NEAR = 0.5


def ranked(sought: str, texts: Sequence[str], *, limit: int) -> list[int]:
    """The numbers of the texts that have most of what is sought, the best first; none if nothing is shared.

    What few of the texts have weighs more, and what none has, such as the words of a question, nothing.
    """
    asked, has = terms(sought), [terms(text) for text in texts]
    spread = Counter(term for one in has for term in one & asked)
    weights = [sum(math.log(1 + len(texts) / spread[term]) for term in one & asked) for one in has]
    best = max(weights, default=0)
    found = [number for number, weight in enumerate(weights) if weight and weight >= best * NEAR]
    return sorted(found, key=lambda number: -weights[number])[:limit]


def terms(text: str) -> frozenset[str]:
    """Pairs of neighbouring Chinese characters, and words in Latin letters and figures of two signs or more."""
    found = set(re.findall(r"[a-z0-9]{2,}", text.casefold()))
    for run in re.findall(r"[\u3400-\u9fff]+", text):
        found |= {run[at : at + 2] for at in range(len(run) - 1)} or {run}
    return frozenset(found)

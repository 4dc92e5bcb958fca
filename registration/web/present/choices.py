"""Choices of a list that a page offers many times."""

from functools import cached_property

from markupsafe import Markup, escape


class Choices(tuple[tuple[str, str], ...]):
    """(value, label) of each, and their elements, of which the texts are escaped once for all lists of the page."""

    def elements(self, chosen: object) -> Markup:
        """Every option, the chosen one selected."""
        value = str(chosen)
        found = (f"{begin} selected{end}" if key == value else f"{begin}{end}" for key, begin, end in self._parts)
        # Made here of escaped texts.
        return Markup("".join(found))  # noqa: S704

    @cached_property
    def _parts(self) -> list[tuple[str, str, str]]:
        return [(key, f'<option value="{escape(key)}"', f">{escape(words)}</option>") for key, words in self]

"""A day that was typed or chosen in a form."""

from datetime import date


def day_in(text: str) -> date | None:
    """The day of `2027-01-31`; None for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None

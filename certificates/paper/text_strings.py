"""Text strings of PDF files (ISO 32000-1, 7.9.2.2)."""


def text_string(text: str) -> str:
    """A text string in UTF-16 as hex digits, so that nothing in it can be read as syntax."""
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex().upper()}>"

"""Licences filled into compiled sheets: a kind of sheet is laid out once, and each licence sets its own texts."""

"""Versions of a table: their differences, moving a case to another version, and replay of a history."""

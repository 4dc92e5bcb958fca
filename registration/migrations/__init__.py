"""The migrations of the schema: one file for each step, and shared helpers."""

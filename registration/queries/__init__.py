"""Queries, named by what they read. Nothing here writes."""

"""Versions of a table: what differs, how a case moves to another one, and replays of a history."""

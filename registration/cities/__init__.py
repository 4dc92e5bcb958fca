"""The cities that are shipped: a folder each, nothing but data. `HEYI_CITY` names another folder; see docs/adopt.md."""

"""A pure library of workflow tables: what may happen, who may do it, and by when. It reads no clock and no database."""

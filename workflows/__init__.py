"""A pure library of workflow tables: which actions exist, who may take them, by when. It reads no clock or database."""

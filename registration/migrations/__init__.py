"""The road of the schema: one file a step, and what they stand on."""

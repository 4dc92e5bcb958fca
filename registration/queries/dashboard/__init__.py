"""The figures of an office for its director: what was received and decided, how fast, by whom, and what is late."""

"""Forms in the browser: from a section's schema to its controls, and from posted data to a raw section."""

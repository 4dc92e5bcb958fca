"""Forms of the browser: from a section's schema to its controls, and from what was posted back to a raw section."""

"""Makes, timestamps, describes and verifies electronic signatures of a PDF."""

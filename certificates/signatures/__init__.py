"""Electronic signatures on a PDF: made, timestamped, described and verified."""

"""Event logs for process mining, written as a stream in the forms that its tools read; no personal data in any."""

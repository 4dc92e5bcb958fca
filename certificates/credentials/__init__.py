"""Statements about a licence that a public key verifies: QR codes, credentials, status lists."""

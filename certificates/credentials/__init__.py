"""Statements about a licence that are checked with a public key: QR codes, credentials, status lists."""

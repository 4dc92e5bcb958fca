"""External services: for each a Protocol, a real gateway, and a local substitute. Nothing here uses the database."""

"""The outside: each gateway a Protocol, a real one, and a twin that needs nobody. Nothing here knows the database."""

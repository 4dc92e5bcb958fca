"""The application: everything of Heyi that touches the world."""

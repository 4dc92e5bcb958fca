"""Writing. Each public verb owns one transaction; what they share takes a session. An application moves in act.py."""

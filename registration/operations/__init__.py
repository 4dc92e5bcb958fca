"""Operations that write. Each public one owns one transaction; shared ones take a session. act.py changes states."""

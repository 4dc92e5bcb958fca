"""The rules of registration for forms, as pure functions: no database, no clock; days are parameters."""

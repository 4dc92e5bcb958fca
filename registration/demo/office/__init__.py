"""The example office of a demonstration: invented cases of the last two weeks, made by the real operations."""

"""The checks of `heyi designs check`: on a design's files, and on its printed sheets."""

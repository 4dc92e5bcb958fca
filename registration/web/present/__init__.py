"""Prepares the content of pages in Python: texts, lists and pictures, so that templates only lay them out."""

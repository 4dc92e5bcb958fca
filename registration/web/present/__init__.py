"""What pages show, prepared in Python: words, lists and pictures, so that templates only lay them out."""

"""Reading, named by what is seen. Nothing here writes."""

"""What `heyi designs check` finds in a design: in its files, and in what it prints."""

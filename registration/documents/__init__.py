"""Files that come in and go out: uploads, previews, downloads, and papers as they are signed."""

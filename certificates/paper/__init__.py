"""What a paper looks like: particulars and a design in, a PDF out."""

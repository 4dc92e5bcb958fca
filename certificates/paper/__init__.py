"""Layout and printing of documents: particulars and a design in, a PDF out."""

"""A library that makes, signs and checks registration papers: particulars in, bytes out; no clock, no network."""

"""A library that makes, signs and checks registration documents. Particulars in, bytes out; no clock, no network."""

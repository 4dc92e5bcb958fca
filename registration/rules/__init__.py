"""The pure rules of registration: what a form may say. No database, no clock; days are passed in."""

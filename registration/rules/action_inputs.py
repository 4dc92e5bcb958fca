"""The inputs that an action of a table can ask for, and the pages of the applicant that it can name."""

# Each has a field in pages and API; `items` come from the marks of an examination.
INPUTS = ("opinion", "reason_code", "reason", "competent_body", "paper", "recipient", "courier_number", "number")
ASKED = (*INPUTS, "items")
# `shown.page` of an action: the page that checks all answers and asks for signatures, and that of a correction.
SIGNATURES = "check"
PAGES = (SIGNATURES, "correction")

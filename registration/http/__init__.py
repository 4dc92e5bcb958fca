"""What pages and API share: the context of a request, refusals for programs, the order of requests."""

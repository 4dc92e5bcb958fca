"""What reads files from strangers: run as a program by `registration.gateways.sandbox`, and never imported by it.

`python -m registration.sandboxed FD` is the helper. It takes a work and a pipe for the answer from the socket FD, and
forks a child for each. The child limits itself, does its task, answers and ends: a file that breaks a parser breaks
only that.
"""

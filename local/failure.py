"""The one error that the local stack's commands show."""


class Failure(Exception):
    """A step failed; the message is one sentence for the person at the command line."""

"""The one error that the local stack's commands show."""


class Failure(Exception):
    """A step that could not be done, told in a sentence to whoever typed the command."""

"""Sample events of every function, for `sam local`: made here, kept in ``events/``."""

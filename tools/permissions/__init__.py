"""The calls that functions make, and the roles that allow them: the two must be the same."""

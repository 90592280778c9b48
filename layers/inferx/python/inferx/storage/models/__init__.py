"""The repository of models: the Models table's versions, names and tombstones, and its indexes.

Reads are consistent unless they say otherwise. Writes join a transaction, each with the condition
that makes it safe; every failure of DynamoDB is :class:`~inferx.errors.Unavailable`.
"""

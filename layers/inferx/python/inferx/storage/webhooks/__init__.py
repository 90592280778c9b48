"""The repositories of webhook endpoints and of deliveries.

Every read but the index's is consistent; every failure of DynamoDB is
:class:`~inferx.errors.Unavailable`.
"""

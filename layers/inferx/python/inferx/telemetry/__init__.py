"""Log lines and metrics, each with the ids of the request that they belong to."""

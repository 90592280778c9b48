"""How much one request may ask for."""

MAX_ROWS = 10_000
"""Rows in one request; more belong into a batch job."""

MAX_BODY_BYTES = 6_000_000
"""Bytes of a request's or a response's body: Lambda's own limit is 6 MB (AWS Lambda quotas)."""

"""What a batch job costs on AWS.

Prices of us-east-1 in US dollars, before the free tier, as AWS's pricing pages of Lambda (x86),
Step Functions (standard workflows), S3 (standard) and DynamoDB (on demand) have listed them; other
regions cost up to half as much again.
"""

GB_SECOND = 0.0000166667
INVOCATION = 0.20 / 1_000_000
TRANSITION = 0.025 / 1_000
S3_READ = 0.0004 / 1_000
S3_WRITE = 0.005 / 1_000
TABLE_WRITE = 0.625 / 1_000_000
"""One write unit; a transaction takes two for each item."""


def cost(
    *,
    gb_seconds: float,
    invocations: int,
    transitions: int,
    reads: int,
    writes: int,
    table_writes: int,
) -> float:
    """Return what a job's work costs, in US dollars."""
    return (
        gb_seconds * GB_SECOND
        + invocations * INVOCATION
        + transitions * TRANSITION
        + reads * S3_READ
        + writes * S3_WRITE
        + table_writes * TABLE_WRITE
    )

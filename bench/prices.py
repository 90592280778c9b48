"""Prices of AWS, us-east-1 and x86_64, in US dollars without free tiers, on 2026-11-27.

They are inputs: AWS's pricing pages have today's.
"""

from dataclasses import dataclass

from inferx.batch import prices as batch


@dataclass(frozen=True)
class Price:
    """A price as its page lists it.

    Attributes:
        listed: US dollars.
        per: how many units that buys.
        unit: what is bought, as text.
    """

    name: str
    listed: float
    per: int
    unit: str

    @property
    def each(self) -> float:
        """US dollars of one unit."""
        return self.listed / self.per

    def __str__(self) -> str:
        """Return the price as the table of inputs shows it."""
        whole, _, decimals = f"{self.listed:.10f}".rstrip("0").partition(".")
        return f"${whole}.{decimals:0<2} per {self.unit}"


LAMBDA_REQUEST = Price("Lambda, request", 0.20, 10**6, "million")
LAMBDA_COMPUTE = Price("Lambda, compute", batch.GB_SECOND, 1, "GB-second")
HTTP_API = Price("HTTP API, request", 1.00, 10**6, "million")
TABLE_READ = Price("DynamoDB, consistent read of 4 KB", 0.125, 10**6, "million")
TABLE_WRITE = Price("DynamoDB, write unit", batch.TABLE_WRITE * 1e6, 10**6, "million")
LOGS = Price("CloudWatch Logs, ingested", 0.50, 10**9, "GB")
METRIC = Price("CloudWatch, custom metric", 0.30, 1, "metric and month, by the hour in use")
ALARM = Price("CloudWatch, alarm", 0.10, 1, "alarm and month")
DASHBOARD = Price("CloudWatch, dashboard", 3.00, 1, "dashboard and month")
SECRET = Price("Secrets Manager", 0.40, 1, "secret and month")
TRACE = Price("X-Ray, trace recorded", 5.00, 10**6, "million")
QUEUE_REQUEST = Price("SQS, request", 0.40, 10**6, "million")
TRANSITION = Price("Step Functions, state transition", 0.025, 1_000, "thousand")
S3_WRITE = Price("S3, write", batch.S3_WRITE * 1e3, 1_000, "thousand")
S3_READ = Price("S3, read", batch.S3_READ * 1e3, 1_000, "thousand")
S3_MONTH = Price("S3, storage", 0.023, 10**9, "GB and month")
SERVERLESS_SECOND = Price("SageMaker Serverless, 2 GB", 0.00004, 1, "second")
SERVERLESS_DATA = Price("SageMaker Serverless, data in and out", 0.016, 10**9, "GB")
ENDPOINT_HOUR = Price("SageMaker, ml.m5.large endpoint", 0.115, 1, "hour")

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Price))

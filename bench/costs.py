"""What predictions cost on AWS; :mod:`bench.cost_tables` shows it.

Prices are in ``bench/prices.py``. The facts below are measured, read from the template, or
assumed where the comment says it; what is the same for all columns (data that leaves AWS) is left
out.
"""

from dataclasses import dataclass
from typing import Any

from bench import prices
from bench.prices import Price
from tools.template import resources

MILLION = 1_000_000
MONTH_S = 730 * 3600

# A warm prediction of one row takes less than a millisecond, and Lambda bills whole ones.
PREDICTION_S = 0.001
# Of 1,000 rows, `make bench ARGS=warm` measures 1.4 ms, and Lambda parses the event.
THOUSAND_ROWS_S = 0.003
# The function's line of a prediction, as `make bench ARGS=warm` counts it, and the gateway's.
LOG_BYTES = 336 + 166
METRICS = 3  # of the whole service: latency, errors, cold loads
# One credential in use all month: the gateway keeps the authorizer's result for a minute.
AUTHORIZER_CALLS = MONTH_S / 60
AUTHORIZER_S = 0.005
RECORD_READS = MONTH_S / 30  # one container, busy all month, keeps a record for 30 s

# SageMaker's, assumed: its container's HTTP server and scikit-learn take about that long.
SAGEMAKER_S = 0.010
SAGEMAKER_BYTES = 500
# An HTTP API calls no SageMaker by itself: a function passes the request on, and waits for it.
PASSING_ON_S = SAGEMAKER_S + 0.005
PASSING_ON_GB = 0.25

# A worker of a batch: the forest of docs/batch.md, CSV of 100 bytes a row.
BATCH_ROWS_S = 153_684
BATCH_ROW_BYTES = 100
BATCH_PART_BYTES = 32 << 20
BATCH_PLAN_BYTES_S = 90e6
BATCH_RESULT_SHARE = 1.45  # of the input: a prediction, two probabilities, an error
BATCH_KEPT_DAYS = 8

# Lambda User Guide, "Configuring scaling behavior for SQS event source mappings": an idle queue is
# read by five long polls, or by two where no maximum concurrency is set.
POLLS, POLLS_AT_LEAST, POLL_S = 5, 2, 20


@dataclass(frozen=True)
class Line:
    """A part of a price.

    Attributes:
        text: what is paid for, as the table shows it.
        usd: US dollars.
        billed: what is left of them after AWS's permanent allowances.
    """

    text: str
    usd: float
    billed: float


def line(count: float, price: Price, what: str, allowance: int = 0) -> Line:
    """Return the price of so many units, of which AWS bills those above its allowance."""
    above = max(0.0, count - allowance)
    return Line(f"{_number(count)} {what}", count * price.each, above * price.each)


def memory_gb(function: str) -> float:
    """Return the memory of a function in the template, 512 MB where it has the default."""
    megabytes: int = resources("AWS::Serverless::Function")[function].get("MemorySize", 512)
    return megabytes / 1024


def million_predictions() -> dict[str, dict[str, float]]:
    """Return US dollars of a million predictions of one row, by column and row of the table."""
    api = MILLION * prices.HTTP_API.each
    calls = MILLION * prices.LAMBDA_REQUEST.each
    compute = prices.LAMBDA_COMPUTE.each
    authorizer = AUTHORIZER_CALLS * (
        prices.LAMBDA_REQUEST.each
        + AUTHORIZER_S * memory_gb("AuthorizerFunction") * compute
        + prices.TABLE_READ.each
    )
    logs = MILLION * LOG_BYTES * prices.LOGS.each
    front = {
        "HTTP API": api,
        "authorizer, a call a minute": authorizer,
        "Lambda, requests": calls,
        "Lambda, compute": MILLION * PASSING_ON_S * PASSING_ON_GB * compute,
        f"logs, {LOG_BYTES / 1000:.1f} KB each": logs,
    }
    serverless = MILLION * (
        SAGEMAKER_S * prices.SERVERLESS_SECOND.each + SAGEMAKER_BYTES * prices.SERVERLESS_DATA.each
    )
    ours = front | {
        "Lambda, compute": MILLION * PREDICTION_S * memory_gb("PredictFunction") * compute,
        "the model's record, a read in 30 s": RECORD_READS * prices.TABLE_READ.each,
    }
    return {
        "InferX": ours,
        "SageMaker Serverless": front | {"SageMaker": serverless},
        "always-on ml.m5.large": front | {"SageMaker": 0.0},
    }


def always_on_month() -> float:
    """Return US dollars of one ml.m5.large endpoint for a month."""
    return MONTH_S / 3600 * prices.ENDPOINT_HOUR.each


def break_even() -> float:
    """Return from how many predictions a month on the endpoint costs less, called without an API.

    The endpoint is taken to serve them all. Behind the same API there is no such number.
    """
    return always_on_month() / sum(million_predictions()["InferX"].values()) * MILLION


def idle_month() -> list[Line]:
    """Return what a month without a request costs."""
    queues = _queues()
    polls = sum(_polls(each) for each in queues) * MONTH_S / POLL_S
    alarms = len(resources("AWS::CloudWatch::Alarm"))
    boards = len(resources("AWS::CloudWatch::Dashboard"))
    secrets = len(resources("AWS::SecretsManager::Secret"))
    return [
        line(polls, prices.QUEUE_REQUEST, f"long polls of {len(queues)} queues", MILLION),
        line(alarms, prices.ALARM, "alarms", 10),
        line(boards, prices.DASHBOARD, "dashboard", 3),
        line(secrets, prices.SECRET, "secret"),
    ]


def busy_month() -> list[Line]:
    """Return what comes in addition with predictions in every hour of a month.

    Lambda traces the first request of each second and 5 % of the others (Lambda Developer Guide,
    "Visualize Lambda function invocations using AWS X-Ray"): of a million predictions in a rush
    few, in a steady stream all.
    """
    return [
        line(METRICS, prices.METRIC, "metrics, of the service", 10),
        line(0.05 * MILLION, prices.TRACE, "traces, of a million predictions in a rush", 100_000),
        line(MILLION, prices.TRACE, "traces, of a million spread evenly", 100_000),
    ]


def million_rows_in_batch() -> list[Line]:
    """Return the parts of the price of one batch job of a million rows."""
    size = MILLION * BATCH_ROW_BYTES
    parts = -(-size // BATCH_PART_BYTES)
    gb = memory_gb("BatchWorkerFunction")
    work = MILLION / BATCH_ROWS_S * gb
    # Reading the file through, and about two seconds of copying inside S3.
    planning = (size / BATCH_PLAN_BYTES_S + 2) * memory_gb("JobsPlanFunction")
    # The input, its parts' results, and the result joined of them.
    kept = size * (1 + 2 * BATCH_RESULT_SHARE)
    storage = kept * BATCH_KEPT_DAYS / 30 * prices.S3_MONTH.each
    api = 4 * (prices.HTTP_API.each + prices.LAMBDA_REQUEST.each)
    return [
        Line("submitting, and asking three times", api, api),
        line(3, prices.QUEUE_REQUEST, "requests to SQS"),
        line(work, prices.LAMBDA_COMPUTE, f"GB-s of workers, {BATCH_ROWS_S:,} rows a second"),
        line(planning, prices.LAMBDA_COMPUTE, "GB-s of planning and joining"),
        line(parts + 3, prices.LAMBDA_REQUEST, "invocations"),
        line(5 + 3 * parts, prices.TRANSITION, "state transitions"),
        line(4 + 2 * parts, prices.S3_WRITE, "writes to S3"),
        line(4 * parts, prices.S3_READ, "reads of S3"),
        line(6 + 4 * parts, prices.TABLE_WRITE, "write units of DynamoDB"),
        Line("the files in S3, eight days", storage, storage),
    ]


def million_rows_in_thousands() -> float:
    """Return US dollars of a million rows in requests of a thousand."""
    request = (
        prices.HTTP_API.each
        + prices.LAMBDA_REQUEST.each
        + THOUSAND_ROWS_S * memory_gb("PredictFunction") * prices.LAMBDA_COMPUTE.each
        + LOG_BYTES * prices.LOGS.each
    )
    return MILLION / 1_000 * request


def _queues() -> list[Any]:
    return [
        event["Properties"]
        for function in resources("AWS::Serverless::Function").values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    ]


def _polls(event: Any) -> int:
    return POLLS if "MaximumConcurrency" in event.get("ScalingConfig", {}) else POLLS_AT_LEAST


def _number(count: float) -> str:
    if count >= MILLION:
        return f"{count / MILLION:.3g} million"
    return f"{count:,.0f}" if count == round(count) or count >= 100 else f"{count:.1f}"

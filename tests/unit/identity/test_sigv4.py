"""Our signatures are botocore's."""

from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inferx.storage.signed.sigv4 import AwsCredentials, sign


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200),
    region=st.sampled_from(["us-east-1", "eu-central-1", "cn-north-1"]),
    service=st.sampled_from(["dynamodb", "secretsmanager"]),
    token=st.sampled_from(["", "session/token+="]),
)
def test_a_signature_is_that_of_botocore(
    monkeypatch: pytest.MonkeyPatch, body: bytes, region: str, service: str, token: str
) -> None:
    moment = datetime(2026, 11, 23, 10, 20, 30, tzinfo=UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment.replace(tzinfo=None))
    headers = {
        "host": f"{service}.{region}.amazonaws.com",
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.GetItem",
    }
    request = AWSRequest("POST", f"https://{headers['host']}/", headers=dict(headers), data=body)
    SigV4Auth(Credentials("AKID", "secret/key+", token or None), service, region).add_auth(request)

    ours = sign(
        headers,
        body,
        service=service,
        region=region,
        credentials=AwsCredentials("AKID", "secret/key+", token),
        moment=moment,
    )

    assert ours["authorization"] == request.headers["Authorization"]
    assert ours["x-amz-date"] == request.headers["X-Amz-Date"]
    assert ours.get("x-amz-security-token", "") == token

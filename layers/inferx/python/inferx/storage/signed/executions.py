"""Executions of the state machine that runs batch jobs."""

import json

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.signed import json_api
from inferx.storage.signed.exchange import Declined


def start(owner_id: str, job_id: str) -> None:
    """Start a batch job's execution, which is named after it: one that is there already stays.

    Raises:
        Unavailable: Step Functions does not take it.
    """
    parameters = {
        "stateMachineArn": settings.batches_state_machine,
        "name": job_id,
        "input": json.dumps({"owner_id": owner_id, "job_id": job_id}),
    }
    try:
        json_api.call("stepfunctions", "StartExecution", parameters)
    except Declined as error:
        if error.code != "ExecutionAlreadyExists":
            raise Unavailable from error

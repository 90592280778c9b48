"""Batch jobs in process: the state machine's steps, one after the other."""

import json
from dataclasses import dataclass, field
from typing import Any

import requests

from inferx.settings import settings
from inferx.storage import aws
from inferx.storage.object_keys import job_input_key
from inferx.storage.signed import jobs as signed_jobs
from tests.support.jobs import Jobs
from tools.lambdas import invoke

type State = dict[str, Any]


@dataclass
class Batches:
    """Submits batch jobs and does what the state machine does.

    Attributes:
        seconds: how long Lambda lets each step run.
        started: the jobs whose executions were started.
    """

    jobs: Jobs
    seconds: float = 900
    started: list[str] = field(default_factory=list)

    def submit(self, address: str, content: bytes, format: str = "csv", **fields: Any) -> str:  # noqa: A002  # the API's word
        """Submit a job, upload its file and return the job's id."""
        response = self.jobs.client.post(
            f"/api/v1/predict/batch/{address}",
            json={"format": format, **fields},
            headers=self.jobs.headers,
        )
        assert response.status_code == 202, response.text
        form = response.json()["upload"]
        sent = requests.post(form["url"], data=form["fields"], files={"file": content}, timeout=5)
        assert sent.status_code == 204, sent.text
        job_id: str = response.json()["job"]["id"]
        return job_id

    def step(self, name: str, job_id: str) -> State:
        """Do one step of the job itself."""
        state = {"step": name, "owner_id": self._owner(job_id), "job_id": job_id}
        found: State = invoke("JobsPlanFunction", state, seconds=self.seconds)
        return found

    def items(self, planned: State) -> list[State]:
        """Return the parts of a planned job."""
        if not planned["has_parts"]:
            return []
        content = self.read(planned["manifest_key"])
        return [json.loads(line) for line in content.splitlines()]

    def work(self, state: State) -> State:
        """Let a worker take a part, once."""
        found: State = invoke("BatchWorkerFunction", state, seconds=self.seconds)
        return found

    def work_out(self, state: State) -> int:
        """Let workers take a part until it is done, and return how many it took."""
        times = 1
        while not (state := self.work(state))["is_done"]:
            times += 1
        return times

    def run(self, job_id: str) -> State:
        """Run a whole job and return it as it is shown then."""
        for item in self.items(self.step("plan", job_id)):
            self.work_out(item)
        self.step("join", job_id)
        return self.shown(job_id)

    def shown(self, job_id: str) -> State:
        """Return the job as its owner sees it."""
        job: State = self.jobs.show(job_id).json()["job"]
        return job

    def result(self, job: State) -> bytes:
        """Return the content of a job's result."""
        response = requests.get(job["result_url"], timeout=5)
        assert response.status_code == 200, response.text
        return response.content

    def read(self, key: str) -> bytes:
        """Return an object's content."""
        return aws.s3().get_object(Bucket=settings.bucket, Key=key)["Body"].read()

    def replace_input(self, job_id: str, content: bytes) -> None:
        """Write another file in the place of the job's."""
        key = job_input_key(self._owner(job_id), job_id)
        aws.s3().put_object(Bucket=settings.bucket, Key=key, Body=content)

    def keys(self, job_id: str) -> list[str]:
        """Return the names of the job's objects."""
        prefix = f"jobs/{self._owner(job_id)}/{job_id}/"
        listed = aws.s3().list_objects_v2(Bucket=settings.bucket, Prefix=prefix)
        return [each["Key"].removeprefix(prefix) for each in listed["Contents"]]

    def _owner(self, job_id: str) -> str:
        job = signed_jobs.find(job_id)
        assert job is not None
        return job.owner_id

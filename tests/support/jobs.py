"""The routes of jobs, and their worker, in process."""

from dataclasses import dataclass
from typing import Any

import requests

from tests.support.gateway import Client
from tools.cloud import Cloud

ROW = [5.1, 3.5, 1.4, 0.2]
NOW = {"Prefer": "respond-async"}


@dataclass
class Jobs:
    """Calls the routes of jobs with one credential."""

    client: Client
    cloud: Cloud
    headers: dict[str, str]

    def submit(
        self, address: str, row: Any = ROW, headers: dict[str, str] | None = None, **fields: Any
    ) -> requests.Response:
        """Submit an asynchronous prediction; without headers, for later."""
        return self.client.post(
            f"/api/v1/predict/async/{address}",
            json={"input": row, **fields},
            headers=self.headers | (NOW if headers is None else headers),
        )

    def submitted(self, address: str, row: Any = ROW) -> str:
        """Submit a prediction for later and return its job's id."""
        response = self.submit(address, row)
        assert response.status_code == 202, response.text
        job_id: str = response.json()["job"]["id"]
        return job_id

    def show(self, job_id: str, **query: Any) -> requests.Response:
        """Show a job."""
        return self.client.get(f"/api/v1/predict/jobs/{job_id}", params=query, headers=self.headers)

    def cancel(self, job_id: str) -> requests.Response:
        """Cancel a job."""
        return self.client.delete(f"/api/v1/predict/jobs/{job_id}", headers=self.headers)

    def page(self, **query: Any) -> requests.Response:
        """List jobs."""
        return self.client.get("/api/v1/predict/jobs", params=query, headers=self.headers)

    def work(self, *, receives: int = 1) -> list[Any]:
        """Let the worker take each waiting message once."""
        return self.cloud.deliver("JobsQueue", "JobsWorkerFunction", receives=receives)

    def status(self, job_id: str) -> str:
        """Return a job's status."""
        status: str = self.show(job_id).json()["job"]["status"]
        return status

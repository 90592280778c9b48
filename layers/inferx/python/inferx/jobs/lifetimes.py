"""How long the stages of a job may take."""

from datetime import timedelta

QUEUE_LIFETIME = timedelta(hours=1)
"""How long an asynchronous prediction may wait and run: every receive of its message, and a
backlog."""

URL_LIFETIME = timedelta(hours=1)
"""How long the upload form of a batch job works."""

UPLOAD_LIFETIME = timedelta(hours=6)
"""S3 checks the form's expiry when an upload begins; 5 GB on a slow line end later."""

BATCH_LIFETIME = timedelta(hours=24)
"""How long a batch job may run once its file is there."""

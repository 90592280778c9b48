"""The job that the sandbox runs as ``python -m converter.job``."""

from pathlib import Path

from sandbox import job, job_request


def _convert(source: Path, target: Path) -> job.Facts:
    from deep.conversion import convert_source  # noqa: PLC0415  # heavy; only once confined

    return convert_source(source, target, job_request.read(source.parent))


if __name__ == "__main__":
    job.run(_convert)

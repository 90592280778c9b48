"""`make deploy-image`: the built image to ECR, and its address to the stack."""

import base64
import subprocess
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.failure import Failure
from local.image import LOCAL_URI, NAME, inspect
from local.paths import ROOT

# An image that a function still uses must stay; each deployment replaces the one before.
_KEPT = """{"rules": [{"rulePriority": 1, "description": "The latest images alone",
  "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 3},
  "action": {"type": "expire"}}]}"""


def deploy(stack: str) -> None:
    """Push the image and deploy the stack with it, in the AWS account and region of the profile.

    Args:
        stack: the CloudFormation stack's name.

    Raises:
        Failure: AWS, Docker or SAM refused a step.
    """
    try:
        ecr = boto3.client("ecr")
        uri = image_uri(repository_uri(ecr), inspect("{{.Id}}"))
        _log_in(ecr, uri)
    except (BotoCoreError, ClientError) as error:
        raise Failure(f"ECR does not take the image: {error}") from error
    _step(["docker", "tag", LOCAL_URI, uri])
    _step(["docker", "push", uri])
    sam = str(ROOT / ".venv-sam/bin/sam")
    _step([sam, "build"])
    overrides = f"ConvertDeepImageUri={uri}"
    # The stack's other parameters stay as they are.
    _step([sam, "deploy", "--stack-name", stack, "--parameter-overrides", overrides])


def repository_uri(ecr: Any) -> str:  # a client of boto3
    """Return the address of the image's repository, made if missing."""
    try:
        found = ecr.describe_repositories(repositoryNames=[NAME])["repositories"][0]
    except ecr.exceptions.RepositoryNotFoundException:
        found = ecr.create_repository(
            repositoryName=NAME,
            imageScanningConfiguration={"scanOnPush": True},
        )["repository"]
        ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=_KEPT)
    return str(found["repositoryUri"])


def image_uri(repository: str, image_id: str) -> str:
    """Return the address of an image: another one has another, or Lambda would not take it up.

    Args:
        repository: the repository's address.
        image_id: Docker's, as in ``sha256:0123…``.
    """
    return f"{repository}:{image_id.removeprefix('sha256:')[:12]}"


def _log_in(ecr: Any, uri: str) -> None:
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    registry = uri.partition("/")[0]
    _step(["docker", "login", "--username", user, "--password-stdin", registry], password)


def _step(command: list[str], given: str | None = None) -> None:
    # Neither captured nor logged: pushing takes minutes, and `sam deploy` asks before it deploys.
    result = subprocess.run(command, check=False, input=given, text=True, cwd=ROOT)
    if result.returncode:
        raise Failure(f"`{' '.join(command[:2])}` failed; see what it printed.")

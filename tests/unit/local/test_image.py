"""The image of the converter of deep networks: what can be tested without Docker and AWS."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local import image
from local.failure import Failure
from local.image_deployment import image_uri, repository_uri
from local.torch_wheels import Target

URI = "123456789012.dkr.ecr.us-east-1.amazonaws.com/inferx-convert-deep"


class Ecr:
    """Stands in for boto3's client of ECR."""

    class exceptions:
        """What it raises."""

        class RepositoryNotFoundException(Exception):
            """There is no such repository."""

    def __init__(self, *, has_repository: bool) -> None:
        self.has_repository = has_repository
        self.policy: Any = None

    def describe_repositories(self, **_: Any) -> Any:
        if not self.has_repository:
            raise self.exceptions.RepositoryNotFoundException
        return {"repositories": [{"repositoryUri": URI}]}

    def create_repository(self, **_: Any) -> Any:
        self.has_repository = True
        return {"repository": {"repositoryUri": URI}}

    def put_lifecycle_policy(self, *, lifecyclePolicyText: str, **_: Any) -> None:
        self.policy = json.loads(lifecyclePolicyText)


def test_a_missing_repository_is_made_and_keeps_three_images() -> None:
    ecr = Ecr(has_repository=False)

    assert repository_uri(ecr) == URI

    (rule,) = ecr.policy["rules"]
    assert rule["selection"]["countNumber"] == 3


def test_a_repository_that_is_there_is_left_as_it_is() -> None:
    ecr = Ecr(has_repository=True)

    assert repository_uri(ecr) == URI
    assert ecr.policy is None


def test_another_image_has_another_address() -> None:
    first, second = (image_uri(URI, f"sha256:{digit * 64}") for digit in "12")

    assert first == f"{URI}:111111111111"
    assert first != second


def test_without_docker_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    with pytest.raises(Failure, match="no `docker` on PATH: install Docker"):
        image.require_docker()


def test_an_engine_that_does_not_respond_has_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: Any = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: stopped)

    with pytest.raises(Failure, match="No Docker engine responds: start it"):
        image.require_docker()


def test_wheels_of_an_earlier_build_do_not_get_into_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.torch_wheels.STATE", tmp_path)
    target = Target("3.13", "x86_64")
    target.folder.mkdir(parents=True)
    torch = f"{target.requirement.replace('==', '-')}-cp313-cp313-manylinux_2_28_x86_64.whl"
    for name in (torch, "keras-3.0.0-py3-none-any.whl", "torch-1.0+cpu-cp313-cp313-linux.whl"):
        (target.folder / name).touch()

    image.remove_other_wheels(target)

    assert [wheel.name for wheel in target.folder.iterdir()] == [torch]

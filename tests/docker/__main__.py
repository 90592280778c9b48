"""`make test-docker`: converts a network by the image, under `sam local invoke`, and compares."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from inferx.onnx_session import PROVIDERS, ort
from local.image import LOCAL_URI
from tests.docker.storage import Storage, served
from tests.support.deep_files import NAMES, DeepFile, write_files
from tools.template import ROOT

_SAM = ROOT / ".venv-sam/bin/sam"
# `sam local` adds Lambda's emulator to the image by commands that only root may run.
_FOR_SAM = "inferx-convert-deep:sam"
_AS_ROOT = f"FROM {LOCAL_URI}\nUSER root\n"


def main() -> int:
    """Convert each file and compare predictions; 1 when one is not what its framework predicts."""
    build = ["docker", "build", "--quiet", "--tag", _FOR_SAM, "-"]
    subprocess.run(build, input=_AS_ROOT, text=True, check=True, stdout=subprocess.DEVNULL)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder))
        for name in NAMES:
            verdict = _verdict(files[name], Path(folder))
            wrong += verdict != "equal"
            sys.stdout.write(f"{name}: {verdict}\n")
    return 1 if wrong else 0


def _verdict(file: DeepFile, folder: Path) -> str:
    with served(file.path.read_bytes()) as storage:
        started = time.monotonic()
        outcome = _invoke(storage, folder / "event.json")
        sys.stdout.write(f"{file.path.name}: {time.monotonic() - started:.1f} s\n")
    if outcome.get("status") != "converted" or storage.result is None:
        return json.dumps(outcome)
    session = ort.InferenceSession(storage.result, providers=PROVIDERS)
    found = session.run(None, _feed(session, file.input))
    expected = _arrays(file.prediction)
    equal = all(
        np.allclose(ours.squeeze(), theirs.squeeze(), rtol=1e-4, atol=1e-5)
        for ours, theirs in zip(found, expected, strict=True)
    )
    return "equal" if equal else "another prediction"


def _feed(session: ort.InferenceSession, given: Any) -> dict[str, Any]:
    dtypes = {"tensor(float)": "float32", "tensor(int64)": "int64"}
    inputs = session.get_inputs()
    named = given if isinstance(given, dict) else {inputs[0].name: given}
    return {each.name: np.array(named[each.name], dtypes[each.type]) for each in inputs}


def _arrays(prediction: list[Any]) -> list[Any]:
    if not isinstance(prediction[0], dict):
        return [np.array(prediction)]
    return [np.array([row[name] for row in prediction]) for name in prediction[0]]


def _invoke(storage: Storage, event: Path) -> dict[str, Any]:
    request = {
        "source_url": f"{storage.url}/source",
        "source_size": len(storage.source),
        "result_url": f"{storage.url}/result",
    }
    event.write_text(json.dumps(request))
    command = [str(_SAM), "local", "invoke", "ConvertDeepFunction", "--skip-pull-image"]
    command += ["--template", str(ROOT / "template.yaml"), "--event", str(event)]
    command += ["--region", "us-east-1", "--tenant-id", "test"]
    command += ["--parameter-overrides", f"ConvertDeepImageUri={_FOR_SAM}"]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    sys.stderr.write(ended.stderr)
    if ended.returncode:
        return {"status": f"`sam local invoke` failed with {ended.returncode}"}
    outcome: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return outcome


if __name__ == "__main__":
    sys.exit(main())

"""One request: what is fetched, run, believed and stored. Test jobs stand in for a converter."""

from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path

import pytest

from inferx import deadline
from inferx.conversion.contract import (
    ConversionRefused,
    ConversionRequest,
    Converted,
    DeepNetwork,
)
from inferx.errors import Unavailable
from sandbox import limits, service
from sandbox.job import TARGET
from tests.support.fake_converter import manifest
from tests.unit.sandbox.children import write_module
from tests.unit.sandbox.conftest import Reply, Storage
from tools.onnx_models import signature, summing

pytestmark = [pytest.mark.process, pytest.mark.slow]

_MODEL = summing()
_MEASURED_IN_THE_JOB = ("manifest_version", "source_size", "onnx_size", "onnx_sha256", "session")
_FACTS = {
    key: value
    for key, value in manifest(signature=signature()).items()
    if key not in _MEASURED_IN_THE_JOB
}
_ADOPTING = f"""
from sandbox import job

def adopt(source, target):
    target.write_bytes(source.read_bytes())
    return {_FACTS!r}

"""

type WriteJob = Callable[[str], str]


@pytest.fixture
def write_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteJob:
    """Writes a confined module for the sandbox to run."""
    return lambda code: write_module(tmp_path, code, monkeypatch)


def workspace(tmp_path: Path) -> Path:
    directory = tmp_path / "job"
    directory.mkdir()
    (directory / "source").write_bytes(_MODEL)
    return directory


def request(storage: Storage, size: int = len(_MODEL)) -> ConversionRequest:
    return ConversionRequest(storage.url, size, storage.url)


def test_file_is_fetched_converted_by_the_given_module_and_stored(
    storage: Storage, write_job: WriteJob
) -> None:
    storage.replies = [Reply(_MODEL, len(_MODEL))]

    outcome = service.serve(request(storage), write_job(_ADOPTING + "job.run(adopt)"))

    assert isinstance(outcome, Converted), outcome
    assert outcome.manifest.onnx_size == outcome.manifest.source_size == len(_MODEL)
    assert storage.stored == [_MODEL]


def test_refused_file_stores_nothing(storage: Storage, write_job: WriteJob) -> None:
    storage.replies = [Reply(_MODEL, len(_MODEL))]
    refusing = (
        "from inferx.errors import Refused\n"
        "from sandbox import job\n"
        "def refuse(source, target): raise Refused('It is a poem: \\ud800.')\n"
        "job.run(refuse)"
    )

    outcome = service.serve(request(storage), write_job(refusing))

    assert outcome == ConversionRefused("It is a poem: ?.")
    assert storage.stored == []


def test_truncated_download_is_not_converted(storage: Storage, write_job: WriteJob) -> None:
    storage.replies = [Reply(_MODEL[:-1], len(_MODEL))]

    with pytest.raises(Unavailable):
        service.serve(request(storage), write_job(_ADOPTING + "job.run(adopt)"))

    assert storage.stored == []


def test_file_whose_download_took_the_conversions_time_is_not_refused_but_tried_again(
    storage: Storage,
) -> None:
    storage.replies = [Reply(_MODEL, len(_MODEL))]

    def late() -> None:
        # Less its margin, less the download.
        deadline.start(limits.conversion_seconds(len(_MODEL)))
        service.serve(request(storage), "no_module")

    with pytest.raises(Unavailable):
        copy_context().run(late)


def test_small_file_that_keeps_the_job_busy_is_refused_after_a_small_files_time(
    storage: Storage, write_job: WriteJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.replies = [Reply(_MODEL, len(_MODEL))]
    monkeypatch.setattr(limits, "LEAST_SECONDS", 1)

    outcome = service.serve(request(storage), write_job("while True: pass"))

    seconds = limits.conversion_seconds(len(_MODEL))
    assert seconds < 3
    assert outcome == ConversionRefused(
        f"Converting this model takes longer than {seconds:.0f} seconds, which is what a file of "
        "its size may take."
    )
    assert storage.stored == []


def test_file_over_the_limit_is_refused_before_it_is_fetched(storage: Storage) -> None:
    outcome = service.serve(request(storage, limits.SOURCE_BYTES + 1), "no_module")

    assert outcome == ConversionRefused("The file is 513 MB, and at most 512 MB can be converted.")
    assert storage.asked == 0


def test_model_over_the_predict_functions_disk_is_refused_with_size_and_limit(
    tmp_path: Path, write_job: WriteJob
) -> None:
    limited = (
        "from sandbox import limits\nlimits.ARTIFACT_BYTES = 1 << 20\n"
        + _ADOPTING
        + "def grow(source, target):\n"
        "    facts = adopt(source, target)\n"
        "    target.write_bytes(bytes(5 << 20))\n"
        "    return facts\n"
        "job.run(grow)"
    )

    outcome = service.run_conversion(workspace(tmp_path), write_job(limited))

    assert outcome == ConversionRefused(
        "The converted model would be 5 MB, and at most 1 MB can be served; make it smaller."
    )


def test_size_that_a_job_does_not_check_is_checked_again(
    tmp_path: Path, write_job: WriteJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ARTIFACT_BYTES", len(_MODEL) - 1)

    outcome = service.run_conversion(workspace(tmp_path), write_job(_ADOPTING + "job.run(adopt)"))

    assert isinstance(outcome, ConversionRefused)
    assert "can be served" in outcome.detail


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("", id="writes nothing"),
        pytest.param("raise SystemExit(3)", id="exits"),
        pytest.param("import ctypes; ctypes.string_at(0)", id="crashes"),
        pytest.param("open('result.json', 'w').write('[' * 100_000)", id="nested for ever"),
        pytest.param("open('result.json', 'w').write('[]')", id="a list"),
        pytest.param("open('result.json', 'w').write('{\"manifest\": 1}')", id="no manifest"),
        pytest.param("open('result.json', 'w').write('{\"refused\": [1]}')", id="no sentence"),
        pytest.param("import os; os.symlink('/etc/hostname', 'result.json')", id="a link"),
        pytest.param(
            _ADOPTING + "job.run(adopt)\nopen('model.onnx', 'ab').write(b'x' * 9)",
            id="a longer model than described",
        ),
        pytest.param(
            _ADOPTING + "import json\njob.run(adopt)\n"
            "result = json.load(open('result.json'))\n"
            "result['manifest']['onnx_size'] += 1\n"
            "json.dump(result, open('result.json', 'w'))",
            id="a shorter model than described",
        ),
        pytest.param(
            _ADOPTING + "import os\njob.run(adopt)\nos.link('model.onnx', 'other')",
            id="a model with another name",
        ),
        pytest.param("from sandbox import job\njob.run(lambda s, t: 1 / 0)", id="raises"),
        pytest.param(
            _ADOPTING + "job.run(lambda s, t: adopt(s, t) | {'framework': 'cobol'})",
            id="an unknown framework",
        ),
    ],
)
def test_job_that_misbehaves_is_a_refusal_and_no_model(
    code: str, tmp_path: Path, write_job: WriteJob
) -> None:
    outcome = service.run_conversion(workspace(tmp_path), write_job(code))

    assert isinstance(outcome, ConversionRefused), outcome
    assert "damaged" in outcome.detail or "cannot be opened" in outcome.detail


def test_model_that_needs_another_file_of_the_job_is_refused(
    tmp_path: Path, write_job: WriteJob
) -> None:
    code = f"""
import onnx
{_ADOPTING}
def split(source, target):
    facts = adopt(source, target)
    model = onnx.load_from_string(source.read_bytes())
    weights = model.graph.initializer.add(name="beside", data_type=1, dims=[1])
    weights.data_location = onnx.TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="weights.bin")
    model.graph.node.append(onnx.helper.make_node("Identity", ["beside"], ["copied"]))
    model.graph.output.append(onnx.helper.make_tensor_value_info("copied", 1, [1]))
    open("weights.bin", "wb").write(bytes(4))
    target.write_bytes(model.SerializeToString())
    return facts

job.run(split)
"""

    outcome = service.run_conversion(workspace(tmp_path), write_job(code))

    assert isinstance(outcome, ConversionRefused)
    assert "cannot be opened" in outcome.detail


def test_a_model_that_is_gone_after_it_was_opened_is_refused(
    tmp_path: Path, write_job: WriteJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(place: Path) -> dict[str, int]:
        (place / TARGET).unlink()
        return {"memory_bytes": 1, "load_ms": 1}

    monkeypatch.setattr(service, "_session", opened)

    outcome = service.run_conversion(workspace(tmp_path), write_job(f"{_ADOPTING}job.run(adopt)"))

    assert isinstance(outcome, ConversionRefused)
    assert "damaged" in outcome.detail


def test_half_a_surrogate_pair_does_not_leave_the_sandbox(
    tmp_path: Path, write_job: WriteJob
) -> None:
    code = "open('result.json', 'w').write('{\"deep\": \"' + chr(92) + 'ud800\"}')"

    outcome = service.run_conversion(workspace(tmp_path), write_job(code))

    assert outcome == DeepNetwork("?")


def test_job_over_its_memory_is_refused_saying_so(tmp_path: Path, write_job: WriteJob) -> None:
    hungry = "from sandbox import job\njob.run(lambda source, target: bytearray(8 << 30))"

    outcome = service.run_conversion(workspace(tmp_path), write_job(hungry))

    assert outcome == ConversionRefused(
        "Converting this model takes more memory than the converter has."
    )


def test_a_childs_traceback_is_in_the_log_without_its_text(
    tmp_path: Path, write_job: WriteJob, capsys: pytest.CaptureFixture[str]
) -> None:
    service.run_conversion(workspace(tmp_path), write_job("raise ValueError('a secret value')"))

    (line,) = capsys.readouterr().out.splitlines()
    assert '"status": 1' in line
    assert "ValueError" in line
    assert "secret" not in line

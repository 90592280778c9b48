"""Whether the runtime can run a graph; one of another operator set is converted for it."""

import re
from pathlib import Path

import onnx

from converter.uploaded_onnx.operator_sets import converted
from exported import graph
from inferx.errors import Refused
from inferx.onnx_session import OPEN_ERRORS, OperatorMissing

_OPERATOR = re.compile(r"(?:implementation|kernel) for (\w+)\((\d+)\)")


def runnable(model: onnx.ModelProto, workspace: Path) -> tuple[onnx.ModelProto, list[str]]:
    """Return the graph in operators that the runtime has, and a warning if it was changed.

    Args:
        model: the checked graph.
        workspace: where a file for trying it may be written.

    Raises:
        Refused: the runtime does not open it, naming the operator and its version where that is
            the cause.
    """
    trial = workspace / "trial.onnx"
    try:
        _try(model, trial)
    except OperatorMissing as error:
        before = _opset(model)
        changed = converted(model, before, _missing(error))
        return changed, [
            f"The model was converted from opset {before} to {_opset(changed)} of ONNX; both "
            "predict alike on generated rows."
        ]
    except OPEN_ERRORS as error:
        if "alloc" in str(error):  # std::bad_alloc, or a sentence about allocating
            raise MemoryError from error
        raise Refused(
            "onnxruntime does not open the model: onnxruntime.InferenceSession(path) shows why."
        ) from error
    return model, []


def _try(model: onnx.ModelProto, path: Path) -> None:
    graph.save(model, path)
    try:
        graph.open_session(path)
    finally:
        path.unlink()


def _opset(model: onnx.ModelProto) -> int:
    versions = [each.version for each in model.opset_import if each.domain in ("", "ai.onnx")]
    return max(versions, default=1)


def _missing(error: Exception) -> str:
    found = _OPERATOR.search(str(error))
    operator, version = found.groups() if found else ("some operator", "this version")
    return (
        f"The runtime has no {operator} of opset {version} for the types that the model gives it; "
        "export the model with an opset from 7 to 21, or with other types."
    )

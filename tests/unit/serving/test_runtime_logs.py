"""What onnxruntime says of a run that fails: it is raised, and no line in the log."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor
from onnx.helper import make_tensor_value_info as value_info

from inferx.onnx_session import OPEN_ERRORS, PROVIDERS, RUN_ERRORS, ort, session_options


def _lookup() -> bytes:
    """Return a model that looks numbers up in a table of two."""
    graph = make_graph(
        [make_node("Gather", ["table", "places"], ["found"])],
        "lookup",
        [value_info("places", TensorProto.INT64, ["rows"])],
        [value_info("found", TensorProto.FLOAT, ["rows"])],
        [make_tensor("table", TensorProto.FLOAT, [2], [1.0, 2.0])],
    )
    model: onnx.ModelProto = make_model(graph, opset_imports=[make_opsetid("", 21)], ir_version=10)
    content: bytes = model.SerializeToString()
    return content


def test_a_failing_run_writes_no_value_of_the_request(capfd: pytest.CaptureFixture[str]) -> None:
    session = ort.InferenceSession(_lookup(), session_options(), PROVIDERS)

    with pytest.raises(RUN_ERRORS, match="123456789"):
        session.run(None, {"places": np.array([123456789])})

    assert capfd.readouterr() == ("", "")


def test_a_model_that_cannot_be_opened_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    nonsense = _lookup().replace(b"Gather", b"Gothic")

    with pytest.raises(OPEN_ERRORS):
        ort.InferenceSession(nonsense, session_options(), PROVIDERS)

    assert capfd.readouterr() == ("", "")

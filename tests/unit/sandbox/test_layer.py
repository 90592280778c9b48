"""How the template deploys the sandbox."""

from tools.template import resources

_CONVERT = resources("AWS::Serverless::Function")["ConvertFunction"]


def test_the_converter_runs_on_the_sandbox_layer() -> None:
    layer = resources("AWS::Serverless::LayerVersion")["SandboxLayer"]

    assert layer["ContentUri"] == "layers/sandbox"
    assert {"Ref": "SandboxLayer"} in _CONVERT["Layers"]


def test_the_converter_sends_no_telemetry_of_onnxruntime() -> None:
    assert _CONVERT["Environment"]["Variables"]["ORT_DISABLE_TELEMETRY"] == "1"

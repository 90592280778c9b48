"""The sentences for files that this converter does not take, with the way to export them."""

from sandbox.formats import Format

_KERAS = (
    "This is a Keras file; export it with model.export('model.onnx', format='onnx') and upload "
    "the .onnx file."
)
_PYTORCH = (
    "This is a PyTorch file; export it with torch.onnx.export(model, (example,), 'model.onnx', "
    "dynamo=True, dynamic_shapes=...) and upload the .onnx file."
)
DEEP = (
    Format.KERAS_H5,
    Format.KERAS_ZIP,
    Format.PYTORCH,
    Format.PYTORCH_LEGACY,
    Format.TORCHSCRIPT,
    Format.PYTORCH_EXPORT,
    Format.SAFETENSORS,
)
"""What the converter of deep networks takes, where it is deployed."""

_SENTENCES = {
    Format.KERAS_H5: _KERAS,
    Format.KERAS_ZIP: _KERAS,
    Format.PYTORCH: _PYTORCH,
    Format.PYTORCH_LEGACY: _PYTORCH,
    Format.TORCHSCRIPT: _PYTORCH,
    Format.PYTORCH_EXPORT: _PYTORCH,
    Format.SAFETENSORS: (
        "This is a safetensors file, which holds weights without their network; load them into "
        "the model, export it with torch.onnx.export(model, (example,), 'model.onnx', "
        "dynamo=True, dynamic_shapes=...) and upload the .onnx file."
    ),
    Format.TENSORFLOW_SAVED_MODEL: (
        "This is a TensorFlow SavedModel; export it with python -m tf2onnx.convert --saved-model . "
        "--output model.onnx and upload the .onnx file."
    ),
    Format.XGBOOST_DUMP: (
        "This is a dump of XGBoost trees, whose thresholds are rounded; save the model with "
        "model.save_model('model.json') and upload that file."
    ),
    Format.XGBOOST_BINARY: (
        "This is a model in XGBoost's old binary format, which its current release does not read; "
        "load it with the release that saved it, save it with model.save_model('model.json') and "
        "upload that file."
    ),
    Format.LIGHTGBM_DUMP: (
        "This is a dump of LightGBM trees; save the model with booster.save_model('model.txt') "
        "and upload that file."
    ),
    Format.CATBOOST: (
        "This is a CatBoost model; export it with model.save_model('model.onnx', format='onnx') "
        "and upload the .onnx file."
    ),
    Format.ARCHIVE: "The file is a zip archive, but none that skops.io.dump writes.",
    Format.DAMAGED_ARCHIVE: "The file is a damaged zip archive.",
    Format.EMPTY: "The file is empty.",
    Format.UNKNOWN: (
        "The file is none of the model formats served here (pickle, joblib, skops, ONNX, and the "
        "files that XGBoost and LightGBM save)."
    ),
}


def refusal_of(found: Format) -> str:
    """Return what to write to the owner of a file of this format."""
    return _SENTENCES[found]

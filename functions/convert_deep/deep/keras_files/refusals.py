"""The sentences for what an architecture may not hold: which layer, why, and what to do."""

from inferx.errors import Refused

_EXPORT = "export the model where it runs: model.export('model.onnx', format='onnx')"
_BEFORE = "apply it before the request, build a model of the other layers and save that"
_CODE = "which holds Python code, and code of a file is never run"

NO_ARITHMETIC: dict[str, str] = {
    "Lambda": f"{_CODE}. Replace it by a layer such as keras.layers.Rescaling, or {_EXPORT}",
    "TFSMLayer": f"which loads a TensorFlow SavedModel from a path. Instead, {_EXPORT}",
    "TFOpLambda": f"a call of a TensorFlow function. Replace it by a Keras layer, or {_EXPORT}",
    "SlicingOpLambda": f"a TensorFlow slice. Replace it by a Keras layer, or {_EXPORT}",
    "TorchModuleWrapper": f"{_CODE}. Upload the PyTorch module itself, or {_EXPORT}",
    "JaxLayer": f"{_CODE}. Replace it by Keras's own layers, or {_EXPORT}",
    "FlaxLayer": f"{_CODE}. Replace it by Keras's own layers, or {_EXPORT}",
    "CuDNNLSTM": "of TensorFlow 1, for graphics cards. Build the model with LSTM and load the "
    "weights into it, then save it again",
    "CuDNNGRU": "of TensorFlow 1, for graphics cards. Build the model with GRU and load the "
    "weights into it, then save it again",
    "StringLookup": f"which looks words up and is no arithmetic: {_BEFORE}",
    "IntegerLookup": f"which looks numbers up and is no arithmetic: {_BEFORE}",
    "TextVectorization": f"which splits text and is no arithmetic: {_BEFORE}",
    "Hashing": f"which hashes and is no arithmetic: {_BEFORE}",
    "HashedCrossing": f"which hashes and is no arithmetic: {_BEFORE}",
    "FeatureSpace": f"which prepares tables and is no arithmetic: {_BEFORE}",
    "MaxNumBoundingBoxes": f"which is for training only: {_BEFORE}",
    "MixUp": f"which is for training only: {_BEFORE}",
    "CutMix": f"which is for training only: {_BEFORE}",
}
"""Classes that are refused although Keras, or a release of it, has them."""

WEIGHTS_ONLY = (
    "The file holds weights and no architecture, so it is no whole model. Build the model in "
    "Python, then: model.load_weights('this_file.weights.h5'); model.save('model.keras') - and "
    "upload model.keras."
)
"""For what ``save_weights`` writes."""


def refused_layer(name: str, class_name: str) -> Refused:
    """Return the refusal of a layer of a class in :data:`NO_ARITHMETIC`."""
    why = NO_ARITHMETIC[class_name]
    return Refused(f"The layer '{name:.80}' is a {class_name}, {why}.")


def foreign_class(name: str, class_name: str) -> Refused:
    """Return the refusal of a class that is not Keras's own."""
    return Refused(
        f"The layer '{name:.80}' is of the class '{class_name:.80}', which is not one of Keras's "
        f"own: its code is not in the file. Build it of Keras's layers, or {_EXPORT}."
    )


def foreign_function(name: str, function: str) -> Refused:
    """Return the refusal of a function that is not one of Keras's activations."""
    return Refused(
        f"The layer '{name:.80}' uses the function '{function:.80}', which is none of Keras's "
        f"activations: its code is not in the file. Use one of Keras's, or {_EXPORT}."
    )


def unknown_setting(name: str, class_name: str, setting: str) -> Refused:
    """Return the refusal of an argument that the installed Keras does not have."""
    return Refused(
        f"The layer '{name:.80}' ({class_name}) has the setting '{setting:.80}', which this "
        f"service's Keras does not know. Save the model again without it, or {_EXPORT}."
    )


def unserved_setting(name: str, class_name: str, setting: str) -> Refused:
    """Return the refusal of a setting whose value cannot be served."""
    return Refused(
        f"The layer '{name:.80}' ({class_name}) has '{setting:.80}' set in a way that is not "
        "served. Build the model without it, load the weights into it and save it again."
    )


def malformed(what: str) -> Refused:
    """Return the refusal of an architecture that Keras does not write."""
    return Refused(
        f"The file's architecture is malformed: {what:.100}. Save the model again with Keras."
    )

"""A model's signature: what it takes, what it answers, and which feature goes where."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from inferx import feature_runs
from inferx.feature_runs import KINDS, Feature
from inferx.untrusted import (
    MAX_NAME,
    boolean,
    fields_of,
    integer,
    items,
    one_of,
    optional,
    plain,
    text,
    wrong,
)

if TYPE_CHECKING:
    from inferx.image_inputs import ImageInput
    from inferx.known_values import KnownValues
    from inferx.texts import TextInput

__all__ = [
    "DTYPES",
    "FEATURE_DTYPES",
    "KINDS",
    "LOOPS_KEY",
    "METADATA_KEY",
    "MISSING_TEXT",
    "Feature",
    "Label",
    "Signature",
    "TensorSpec",
]

METADATA_KEY = "inferx.signature"
"""Where the ONNX file itself carries the signature, as JSON, in ``metadata_props``."""

LOOPS_KEY = "inferx.loops"
"""Where it lists the operators in it that loop or branch; an empty list for none."""

DTYPES = (
    "float32",
    "float64",
    "int64",
    "int32",
    "bool",
    "string",
    "float16",
    "int16",
    "int8",
    "uint64",
    "uint32",
    "uint16",
    "uint8",
)
FEATURE_DTYPES = tuple(dtype for dtype in DTYPES if dtype != "float16")
"""Those of inputs that take features. ``array.array`` has no half-precision numbers."""

MISSING_TEXT = "\ufdd0"
"""What the graph takes where a string is missing, for ONNX has no null among strings.

Unicode keeps this character for use inside a program; a request that holds it is refused.
https://www.unicode.org/faq/private_use.html#noncharacters
"""

_MAX_TENSORS = 100_000
_MAX_CLASSES = 100_000
_MAX_TEXTS = 1_000
_MAX_IMAGES = 100
_MAX_DIMENSION = 1 << 40

Label: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One input or output of the ONNX graph; ``None`` in the shape is a free dimension."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a model takes and answers.

    ``features`` is ``None`` for a model of arbitrary tensors. ``classes`` lists the labels in the
    order of the columns of ``probabilities``; one list per output for a multi-output model.
    ``texts`` are the inputs of the graph that take a text's terms in place of the text;
    ``categories`` the columns in which the model refuses values that it does not know; ``images``
    the inputs that also take pictures in place of numbers.
    """

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    features: tuple[Feature, ...] | None
    prediction: str
    probabilities: str | None
    classes: tuple[Label, ...] | tuple[tuple[Label, ...], ...] | None
    named_features: bool
    texts: "tuple[TextInput, ...]" = ()
    categories: "tuple[KnownValues, ...]" = ()
    images: "tuple[ImageInput, ...]" = ()

    @property
    def takes_one_row(self) -> bool:
        """Whether some input of the graph has one row and no more."""
        return any(spec.shape[:1] == (1,) for spec in self.inputs)

    @property
    def rows_run_apart(self) -> bool:
        """Whether several rows may be run one by one.

        The first axis is that of the rows only if each input has one row, and each output one
        row or as many as its inputs: an input with a 1 there beside others is no batch.
        """
        return all(spec.shape[:1] == (1,) for spec in self.inputs) and all(
            spec.shape[:1] in ((1,), (None,)) for spec in self.outputs
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the signature as JSON has it; texts, categories, images if there are any."""
        fields = asdict(replace(self, features=None), dict_factory=plain)
        if self.features is not None:
            fields["features"] = feature_runs.written(self.features)
        for name in ("texts", "categories", "images"):
            if not fields[name]:
                del fields[name]
        return fields

    def without_names(self) -> "Signature":
        """Return the signature with its features by position only, for a record of it."""
        if self.features is None:
            return self
        unnamed = tuple(replace(each, name=None) for each in self.features)
        return replace(self, features=unnamed, named_features=False, categories=())

    @classmethod
    def from_dict(cls, data: object) -> "Signature":
        """Check a signature of unknown origin.

        Raises:
            Malformed: for anything a conversion does not write.
        """
        absent: dict[str, object] = {"texts": [], "categories": [], "images": []}
        fields = fields_of({**absent, **data} if isinstance(data, dict) else data, cls)
        inputs = items(fields["inputs"], _tensor, "inputs", _MAX_TENSORS)
        outputs = items(fields["outputs"], _tensor, "outputs", _MAX_TENSORS)
        features = None
        if fields["features"] is not None:
            features = feature_runs.read(fields["features"])
        signature = cls(
            inputs=inputs,
            outputs=outputs,
            features=features,
            prediction=text(fields["prediction"], "prediction", MAX_NAME),
            probabilities=optional(text, fields["probabilities"], "probabilities", MAX_NAME),
            classes=_classes(fields["classes"]),
            named_features=boolean(fields["named_features"], "named_features"),
            texts=_texts(fields["texts"]),
            categories=_categories(fields["categories"]),
            images=_images(fields["images"]),
        )
        _check_names(signature)
        return signature


def _tensor(data: object) -> TensorSpec:
    fields = fields_of(data, TensorSpec)
    return TensorSpec(
        name=text(fields["name"], "name", MAX_NAME),
        dtype=one_of(fields["dtype"], DTYPES, "dtype"),
        shape=items(fields["shape"], _dimension, "shape", 16),
    )


def _dimension(value: object) -> int | None:
    return None if value is None else integer(value, "shape", _MAX_DIMENSION)


def _texts(data: object) -> "tuple[TextInput, ...]":
    if data == []:
        return ()
    from inferx.texts import TextInput  # noqa: PLC0415  # only few models read texts

    return items(data, TextInput.from_dict, "texts", _MAX_TEXTS)


def _categories(data: object) -> "tuple[KnownValues, ...]":
    if data == []:
        return ()
    from inferx.known_values import KnownValues  # noqa: PLC0415  # only few models refuse any

    return items(data, KnownValues.from_dict, "categories", feature_runs.MAX_FEATURES)


def _images(data: object) -> "tuple[ImageInput, ...]":
    if data == []:
        return ()
    from inferx.image_inputs import ImageInput  # noqa: PLC0415  # only few models take images

    return items(data, ImageInput.from_dict, "images", _MAX_IMAGES)


def _label(value: object) -> Label:
    if isinstance(value, str):
        return text(value, "classes", MAX_NAME)
    if not isinstance(value, int | float) or value != value or abs(value) == float("inf"):  # noqa: PLR0124  # NaN
        raise wrong("classes")
    return value


def _classes(data: object) -> tuple[Label, ...] | tuple[tuple[Label, ...], ...] | None:
    if data is None:
        return None
    if isinstance(data, list) and data and all(isinstance(item, list) for item in data):
        return items(
            data, lambda item: items(item, _label, "classes", _MAX_CLASSES), "classes", 1_000
        )
    return items(data, _label, "classes", _MAX_CLASSES)


def _check_names(signature: Signature) -> None:
    inputs = [tensor.name for tensor in signature.inputs]
    outputs = [tensor.name for tensor in signature.outputs]
    if len(set(inputs)) != len(inputs) or len(set(outputs)) != len(outputs) or not inputs:
        raise wrong("names")
    if signature.prediction not in outputs:
        raise wrong("prediction")
    if signature.probabilities is not None and signature.probabilities not in outputs:
        raise wrong("probabilities")
    known = {tensor.name for tensor in signature.inputs if tensor.dtype in FEATURE_DTYPES}
    if any(feature.input not in known for feature in signature.features or ()):
        raise wrong("features")
    places = {(each.input, each.column) for each in signature.features or ()}
    if any((each.input, each.column) not in places for each in signature.categories):
        raise wrong("categories")
    _check_texts(signature, known)
    _check_images(signature)
    if signature.named_features and (
        signature.features is None or any(feature.name is None for feature in signature.features)
    ):
        raise wrong("named_features")


def _check_texts(signature: Signature, inputs: set[str]) -> None:
    widths = {
        tensor.name: tensor.shape[1]
        for tensor in signature.inputs
        if tensor.dtype == "string" and len(tensor.shape) == 2
    }
    names = {each.name for each in signature.texts}
    if len(names) < len(signature.texts) or names & inputs:
        raise wrong("texts")
    if any(each.column >= (widths.get(each.input) or 0) for each in signature.texts):
        raise wrong("texts")


def _check_images(signature: Signature) -> None:
    if not signature.images:
        return
    from inferx.image_inputs import DTYPES as IMAGE_DTYPES  # noqa: PLC0415  # as above

    inputs = {each.name: each for each in signature.inputs if each.dtype in IMAGE_DTYPES}
    if len({each.input for each in signature.images}) < len(signature.images):
        raise wrong("images")
    for image in signature.images:
        spec = inputs.get(image.input)
        if spec is None or len(spec.shape) != 4 or signature.features is not None:
            raise wrong("images")
        if any(
            has is not None and has != made
            for has, made in zip(spec.shape[1:], image.row_shape, strict=True)
        ):
            raise wrong("images")
        if spec.dtype == "uint8" and (image.scale, image.mean, image.std) != (1, (0,), (1,)):
            raise wrong("images")

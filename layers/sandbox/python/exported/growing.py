"""Operators that make tensors as large as a number in the request says.

A graph without them, and without loops, takes as long for any row. With them one number may ask for
a product of matrices that takes minutes, so that its runs are timed as those of loops are.
https://onnx.ai/onnx/operators/
"""

import onnx

_SIZED_BY = {
    "AffineGrid": (1,),
    "BlackmanWindow": (0,),
    "CenterCropPad": (1,),
    "Col2Im": (1, 2),
    "ConstantOfShape": (0,),
    "DFT": (1,),
    "Expand": (1,),
    "HammingWindow": (0,),
    "HannWindow": (0,),
    "MaxUnpool": (2,),
    "MelWeightMatrix": (0, 1, 2),
    "OneHot": (1,),
    "Pad": (1,),
    "Range": (0, 1, 2),
    "Resize": (1, 2, 3),
    "STFT": (1, 3),
    "Tile": (1, 2),
    "Upsample": (1,),
}
"""The inputs of each operator that say how large its output is."""

_OF_SHAPES = ("Shape", "Size")  # what a request has is bounded, and so is what these give


def growing_in(body: onnx.GraphProto) -> list[str]:
    """Return the operators of a graph whose outputs are as large as its inputs' values say, sorted.

    Args:
        body: a graph; what is inside its loops and branches is not looked at.
    """
    constant = {tensor.name for tensor in body.initializer} | {""}
    from_values = {value.name for value in body.input} - constant
    found = set()
    for node in body.node:
        read = [place for place, name in enumerate(node.input) if name in from_values]
        if set(read) & set(_SIZED_BY.get(node.op_type, ())):
            found.add(node.op_type)
        if read and node.op_type not in _OF_SHAPES:
            from_values.update(node.output)
    return sorted(found)

"""Answering predictions from ONNX sessions kept open in the warm container.

A prediction finds its model (:mod:`~inferx.serving.loading`: the record and the open session,
both kept), reads the request's input into tensors by the model's own signature
(:mod:`~inferx.serving.inputs`), runs the session and writes the answer
(:mod:`~inferx.serving.outputs`). The Open Inference Protocol (:mod:`~inferx.serving.oip`) does
the same with tensors.
"""

"""Predictions from ONNX sessions kept open in the warm container.

A request's address is routed to a version's record (:mod:`~inferx.serving.routing`), and that
is opened (:mod:`~inferx.serving.opening`); :mod:`~inferx.serving.loading` does one after the
other, and both keep what they found. A prediction reads the request's input into tensors by the
model's own signature (:mod:`~inferx.serving.inputs`), runs the session and writes the result
(:mod:`~inferx.serving.outputs`). The Open Inference Protocol (:mod:`~inferx.serving.oip`) does
the same with tensors.
"""

"""The Open Inference Protocol, version 2, over REST: tensors in, tensors out.

Source: KServe's open-inference-protocol, ``specification/protocol/inference_rest.md``, and its
binary tensor data extension. It knows nothing of HTTP: a request is its body and the length of its
JSON part.
"""

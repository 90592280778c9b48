"""The converter for Keras and PyTorch: one untrusted file in, one ONNX file out.

Invoked by ``ingest`` alone, with a presigned GET for the file and a presigned PUT for the result;
the function's own role may do nothing.
"""

from sandbox.doorway import handler_of

handler = handler_of("deep.job")

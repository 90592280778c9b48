"""Reads Keras's files: checked in their containers first, then loaded without TensorFlow."""

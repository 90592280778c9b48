"""What the tests of the converter of deep networks have: Keras on PyTorch."""

import os

# Before anything imports Keras, which reads it once.
os.environ["KERAS_BACKEND"] = "torch"

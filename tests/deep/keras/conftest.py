"""Chooses Keras's backend before a test imports Keras."""

import os

os.environ["KERAS_BACKEND"] = "torch"

"""The local stack's way to the converter of deep networks."""

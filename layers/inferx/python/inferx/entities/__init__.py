"""What InferX keeps, as frozen dataclasses: storage takes and returns them.

Standard library only, so that every function can import them.
"""

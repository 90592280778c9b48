"""Reads ``.pt2`` files: every field is checked before PyTorch's own deserializer sees it.

``torch.export.load`` runs code of the file in several ways: sample inputs and constants are
unpickled, guards are executed, symbolic expressions are evaluated, names become source code, and
tree specifications import modules. None of that is used here.
"""

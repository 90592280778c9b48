"""Reads PyTorch's files: checked in their containers first, then loaded."""

"""Runs a converter on one untrusted file, in a confined child process.

Shared by the functions that convert; it knows nothing of the libraries that wrote the file.
"""

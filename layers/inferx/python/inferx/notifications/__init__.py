"""Telling people things by mail."""

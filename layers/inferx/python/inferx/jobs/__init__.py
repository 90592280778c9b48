"""Asynchronous and batch predictions: submitting, answering, showing and ending jobs."""

"""`make demo`: from a trained scikit-learn model to predictions over HTTP."""

"""What the converter covers and costs, measured over a zoo of estimators and pipelines."""

"""Other servers with the same model, each as its own quickstart writes it."""

"""What builds, measures and documents InferX; nothing of it runs in a function."""

"""Programs that build, measure and document InferX; none of them runs in a function."""

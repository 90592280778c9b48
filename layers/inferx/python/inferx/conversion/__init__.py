"""From an uploaded file to a model that is ready, or to the reason why it is not."""

"""A whole account: removing everything of it, and showing everything of it to its owner."""

"""Messages to users, by mail."""

"""What a confined child process may try, and what refuses it."""

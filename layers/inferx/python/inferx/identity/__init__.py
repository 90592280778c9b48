"""Who is calling: accounts, passwords, tokens and API keys."""

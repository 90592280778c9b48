"""Who somebody is: accounts, passwords, tokens and API keys."""

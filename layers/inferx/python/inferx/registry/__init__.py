"""Which models there are: versions, names, aliases, uploads, quotas."""

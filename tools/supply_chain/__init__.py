"""What is deployed of others' code: listed, and looked up among known vulnerabilities."""

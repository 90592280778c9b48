"""The functions in Lambda's own runtime: `sam local` in Docker, with the local stack as its AWS."""

"""``make bench``: what predictions cost, each figure beside its floor or a peer in one run."""

"""What a reader sees or plays with: each topic computes its facts and what its script needs."""

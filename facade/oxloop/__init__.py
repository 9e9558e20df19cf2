"""Create, run, watch and read evaluations of language models."""

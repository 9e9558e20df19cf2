"""The models that answer: which there are, how they are called, and those that run here."""

"""How fast the service answers, beside Prism and beside the least that could answer at all."""

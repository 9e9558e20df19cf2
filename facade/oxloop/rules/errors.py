"""The one error of the rules."""


class RuleError(ValueError):
    """A value that breaks a rule; its text is the full sentence for the person who gave it.

    The client raises it on as a configuration error, the service as a refused request.
    """

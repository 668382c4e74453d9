"""The one error of the configuration."""


class SettingsError(ValueError):
    """A setting is wrong. The message is one line for the operator; it never holds a secret."""

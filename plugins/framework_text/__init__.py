"""Tokenizers, sparse featurizers, and the components that need no neural network."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return []

"""DIETClassifier: intents and entities, learned together by one transformer."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return []

"""LanguageIdentifier: which language a message is in."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "nlu",
            "LanguageIdentifier",
            "framework_langid.language_identifier:LanguageIdentifier",
            extra="langid",
            summary="Finds out which language a message is in, for components that are only for some languages.",
        )
    ]

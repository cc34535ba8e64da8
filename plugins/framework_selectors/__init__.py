"""ResponseSelector: which of a retrieval intent's answers a message asks for."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "selector",
            "ResponseSelector",
            "framework_selectors.response_selector:ResponseSelector",
            aliases=("rasa.nlu.selectors.response_selector.ResponseSelector",),
            extra="train",
            summary="Chooses which answer of a retrieval intent, such as `faq/returns`, a message asks for.",
        )
    ]

"""DIETClassifier: intents and entities, learned together by one transformer."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "intent_classifier",
            "DIETClassifier",
            "framework_diet.classifier:DIETClassifier",
            aliases=("rasa.nlu.classifiers.diet_classifier.DIETClassifier",),
            extra="train",
            summary="Learns intents and entities together: a linear classifier and a small transformer.",
        )
    ]

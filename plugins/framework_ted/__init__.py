"""Policies that learn from stories: TEDPolicy, LSTMPolicy, and one that notices unlikely intents."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "policy",
            "TEDPolicy",
            "framework_ted.policy:TEDPolicy",
            aliases=("rasa.core.policies.ted_policy.TEDPolicy",),
            extra="train",
            summary="Learns from stories what to do, in new situations too: a transformer.",
        ),
        Provides(
            "policy",
            "UnexpecTEDIntentPolicy",
            "framework_ted.unlikely_intent:UnexpecTEDIntentPolicy",
            aliases=("rasa.core.policies.unexpected_intent_policy.UnexpecTEDIntentPolicy",),
            extra="train",
            summary="Notices messages that no story leads one to expect.",
        ),
        Provides(
            "policy",
            "LSTMPolicy",
            "framework_ted.policy:LSTMPolicy",
            extra="train",
            summary="Learns from stories what to do, in new situations too: a recurrent network.",
        ),
    ]

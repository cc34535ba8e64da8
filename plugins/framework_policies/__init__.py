"""Policies that memorise stories and follow rules."""

from framework.api import Provides, hookimpl


@hookimpl
def framework_provides() -> list[Provides]:
    """The components of this plugin."""
    return [
        Provides(
            "policy",
            "MemoizationPolicy",
            "framework_policies.memoization:MemoizationPolicy",
            aliases=("rasa.core.policies.memoization.MemoizationPolicy",),
            summary="Continues a conversation that a story has exactly so.",
        ),
        Provides(
            "policy",
            "AugmentedMemoizationPolicy",
            "framework_policies.memoization:AugmentedMemoizationPolicy",
            aliases=("rasa.core.policies.memoization.AugmentedMemoizationPolicy",),
            summary="Continues a conversation whose latest part a story has exactly so.",
        ),
        Provides(
            "policy",
            "RulePolicy",
            "framework_policies.rules:RulePolicy",
            aliases=("rasa.core.policies.rule_policy.RulePolicy",),
            summary="Follows rules, runs forms, answers default intents, and falls back.",
        ),
    ]

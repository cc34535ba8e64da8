"""``framework train core``: trains a model that only predicts actions, or several to compare policies."""

from __future__ import annotations

import argparse

from framework.cli.training_arguments import (
    add_comparison_arguments,
    add_configs_argument,
    add_data_argument,
    add_domain_argument,
    add_finetuning_arguments,
    add_model_arguments,
    add_story_arguments,
    add_validation_arguments,
    find_configs,
)

SUMMARY = "train a model that only predicts actions, or several to compare policies"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework train core``."""
    add_configs_argument(parser)
    add_domain_argument(parser)
    add_data_argument(parser, "-s", "--stories", "--data")
    add_model_arguments(parser)
    add_finetuning_arguments(parser)
    add_story_arguments(parser)
    add_validation_arguments(parser)
    add_comparison_arguments(parser.add_argument_group("comparison of several configs"), "stories")
    parser.set_defaults(persist_nlu_data=False)


def run(args: argparse.Namespace) -> int:
    """Trains the policies, as far as they have changed; those of several configs on less and less of the stories."""
    configs = find_configs(args.config)
    if len(configs) > 1:
        from framework.cli.train_core_comparison import train_comparison

        return train_comparison(args, configs)
    from framework.cli.training_run import train

    return train(argparse.Namespace(**{**vars(args), "config": configs[0]}), "core")

"""Checks whether the parts of a bot fit together; one module for each kind of thing that is checked."""

from framework.bot.validation.validate import validate_bot, validate_nlu

__all__ = ["validate_bot", "validate_nlu"]

"""Finds a pretrained model by name or path, and loads it with the transformers library."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from framework.api import EnvironmentProblem, Problem

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

_MODEL_FILES = ("*.json", "*.safetensors", "*.bin", "*.model", "*.txt")
_USUAL_LIMIT = 512
_NO_LIMIT = 1_000_000  # tokenizers that know no limit say 10 ** 30


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory, and what its use without the transformers library needs.

    ``tokenizer`` is the content of ``tokenizer.json``. ``limit`` is the most pieces, special ones included, that the
    model takes; ``cls`` the number of the piece that stands for the whole text, if it has one; ``layers`` how many
    layers there are.
    """

    network: torch.nn.Module
    tokenizer: str
    limit: int
    cls: int | None
    layers: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A pretrained model that may or may not be there: ``folder`` if it is a local one, else ``name`` on the hub."""

    name: str
    folder: Path | None
    cache_dir: str | None

    @classmethod
    def find(cls, name: str, bot_folder: Path, cache_dir: str | None) -> Checkpoint:
        """Takes ``name`` for a folder if there is one, seen from the bot's, and else for a model on the hub."""
        folder = bot_folder / Path(name).expanduser()
        return cls(name, folder if folder.is_dir() else None, cache_dir)

    def files(self) -> list[Path]:
        """The files of a local model: configuration, weights, vocabulary."""
        if self.folder is None:
            return []
        return sorted({file for pattern in _MODEL_FILES for file in self.folder.glob(pattern)})

    def identity(self) -> str | None:
        """What tells this model from all others; None for one that has not been downloaded yet."""
        if self.folder is None:
            return self._commit()
        content = hashlib.sha256()
        for path in self.files():
            with path.open("rb") as file:
                content.update(f"{path.name}:{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
        return content.hexdigest()

    def load(self) -> LoadedModel:
        """Loads weights and tokenizer, from the hub if they are not here.

        Raises:
            EnvironmentProblem: they are not to be had, or are not of a kind that can be used.
        """
        with _quiet():
            from transformers import AutoModel, AutoTokenizer

            source = str(self.folder or self.name)
            try:
                # Of the ways to compute attention, the plain one exports to ONNX from every architecture.
                model = AutoModel.from_pretrained(source, cache_dir=self.cache_dir, attn_implementation="eager")
                tokenizer = AutoTokenizer.from_pretrained(source, cache_dir=self.cache_dir)
            except (OSError, ValueError, ImportError) as error:
                raise self._not_found(error) from error
        if not tokenizer.is_fast:
            raise unusable(self.name, "it has no tokenizer.json, nor can one be made of what it has")
        network = model.get_encoder() if model.config.is_encoder_decoder else model
        network.config.use_cache = False
        return LoadedModel(
            network.float().eval(),
            tokenizer.backend_tokenizer.to_str(),
            _limit(network, tokenizer),
            tokenizer.cls_token_id,
            network.config.num_hidden_layers,
        )

    def _commit(self) -> str | None:
        from huggingface_hub import try_to_load_from_cache
        from huggingface_hub.errors import HFValidationError

        try:
            found = try_to_load_from_cache(self.name, "config.json", cache_dir=self.cache_dir)
        except HFValidationError:
            return None
        return f"{self.name}@{Path(found).parent.name}" if isinstance(found, str) else None

    def _not_found(self, error: Exception) -> EnvironmentProblem:
        if self.folder is not None:
            reason = str(error).strip().splitlines()[0]
            return unusable(self.name, f"the folder {self.folder} cannot be loaded: {reason}")
        from huggingface_hub.constants import HF_HUB_CACHE, HF_HUB_OFFLINE

        reason = "was not asked, because HF_HUB_OFFLINE is set" if HF_HUB_OFFLINE else "did not deliver it"
        return EnvironmentProblem(
            Problem(
                code="language-model-not-found",
                what=(
                    f"there is no language model {self.name!r}: no folder has that path, "
                    f"it is not among the downloads in {self.cache_dir or HF_HUB_CACHE}, and the hub {reason}"
                ),
                fix=(
                    f"download it where there is a network (hf download {self.name}), or set 'model_weights' to the "
                    "path of a folder with config.json, model.safetensors and tokenizer.json"
                ),
            )
        )


def unusable(name: str, why: str) -> EnvironmentProblem:
    """The error that refuses a model."""
    return EnvironmentProblem(
        Problem(
            code="language-model-unusable",
            what=f"the language model {name!r} cannot be used: {why}",
            fix="set 'model_weights' to another one",
        )
    )


def _limit(network: torch.nn.Module, tokenizer: PreTrainedTokenizerBase) -> int:
    limits = [tokenizer.model_max_length, _positions(network)]
    return min((limit for limit in limits if limit is not None and 0 < limit < _NO_LIMIT), default=_USUAL_LIMIT)


def _positions(network: torch.nn.Module) -> int | None:
    """How many places the model has learned; RoBERTa and its kin begin to count after the place of padding."""
    learned: int | None = getattr(network.config, "max_position_embeddings", None)
    for name, part in network.named_modules():
        padding = getattr(part, "padding_idx", None)
        if name.endswith("position_embeddings") and learned is not None and isinstance(padding, int):
            return learned - padding - 1
    return learned


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps progress bars and advice to programmers off the screen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.utils import logging

        verbosity = logging.get_verbosity()
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        try:
            yield
        finally:
            logging.set_verbosity(verbosity)
            logging.enable_progress_bar()

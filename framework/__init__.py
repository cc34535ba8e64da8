"""An open dialogue framework: bots written in YAML, assembled from plugins, trained with PyTorch, served without it."""

__version__ = "0.1.0"

"""``ParseData``: what NLU made of one message, in the shape of ``/model/parse``."""

from __future__ import annotations

from typing import Any

ParseData = dict[str, Any]
"""The JSON object that ``/model/parse`` answers and a ``user`` event carries as ``parse_data``."""

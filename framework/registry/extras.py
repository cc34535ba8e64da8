"""Which packages of a pip extra are missing, without importing any of them."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution, requires

_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)[^;]*;.*\bextra\s*==\s*['\"]([^'\"]+)['\"]")


def missing_packages(distribution_name: str, extra: str) -> list[str]:
    """Names of the packages that ``pip install 'distribution[extra]'`` would still have to install."""
    try:
        requirements = requires(distribution_name) or []
    except PackageNotFoundError:
        return []
    wanted = [
        match[1] for line in requirements if (match := _REQUIREMENT.match(line)) and match[2].lower() == extra.lower()
    ]
    return [name for name in wanted if not _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True

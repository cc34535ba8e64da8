"""The plugin registry: hook specifications, declarations, discovery and lazy import."""

from framework.registry.discovery import create_registry
from framework.registry.hookspecs import hookimpl
from framework.registry.provides import KINDS, PIPELINE_KINDS, Kind, Provides
from framework.registry.registry import ComponentSpec, Registry

__all__ = ["KINDS", "PIPELINE_KINDS", "ComponentSpec", "Kind", "Provides", "Registry", "create_registry", "hookimpl"]

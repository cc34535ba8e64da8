"""Evaluation: metrics, reports and comparisons of models."""

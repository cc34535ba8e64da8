"""Reads training data in the formats of other programs and of earlier times, to be written as YAML."""

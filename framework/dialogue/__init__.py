"""Dialogue: actions, forms, policies, responses, and the turn that brings them together."""

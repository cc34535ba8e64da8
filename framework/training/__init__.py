"""Training: the component graph, the fingerprint cache and the trainer."""

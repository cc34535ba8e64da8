"""Models: the archive that training writes, and the assistant loaded from it."""

"""Where conversations are kept: the ports that stores implement, and the embedded defaults."""

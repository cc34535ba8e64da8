"""Tools for who writes a bot: seeing its stories as a graph, and writing new ones by talking to it."""

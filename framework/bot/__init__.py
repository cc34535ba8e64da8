"""A bot folder as typed objects: YAML with positions, domain, NLU data, stories, config, endpoints, credentials."""

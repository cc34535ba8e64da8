"""Understanding: message batches, tokens, features, component base classes and the assembled pipeline."""

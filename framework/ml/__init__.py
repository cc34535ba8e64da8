"""The torch workshop that trainable components share, and the runtime that serves what it made."""

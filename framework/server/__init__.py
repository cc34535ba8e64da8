"""The Sanic application: HTTP API, channels and authentication."""

"""What the bot can do: the default actions, responses, and the bot's own actions."""

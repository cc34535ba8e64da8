"""What this bot can do besides talking: look up orders, register returns, see the stock, fetch a colleague.

Every subclass of ``rasa_sdk.Action`` in this package is found by itself. A class that changes slots or says
something returns events and calls the dispatcher; nothing here knows about the framework, so the same package
also runs behind ``framework run actions``.
"""

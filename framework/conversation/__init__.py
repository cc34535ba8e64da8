"""Conversations as pure data: events, and the tracker that folds them."""

from framework.conversation.events import Event, decode_event, encode_event, event_from_dict, event_to_dict

__all__ = ["Event", "decode_event", "encode_event", "event_from_dict", "event_to_dict"]

"""Brings the files of a 2.x bot to the 3.1 format: only what has to change changes, and no comment is lost."""

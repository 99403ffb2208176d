"""Imaging files that come from outside: what they are, what they say, what they show. Read in a child process."""

from cases.intake.reading import Archive, Read, Rendered, Unread, read_files, render_file

__all__ = ["Archive", "Read", "Rendered", "Unread", "read_files", "render_file"]

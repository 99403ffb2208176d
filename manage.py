#!/usr/bin/env python3
"""Runs the commands of the site; starts the embedded PostgreSQL for the length of a command where nobody else did."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    from django.core.management import execute_from_command_line

    from clinic.database.embedded import at_hand

    with at_hand(sys.argv):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

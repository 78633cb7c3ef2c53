#!/usr/bin/env python3
"""The words we type: up, test, check, stack, schema, doctor, bench."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  an older Python gets here before anyone has read pyproject.toml
    sys.exit("dev.py needs Python 3.11 or newer: run it with a newer python3.")

from devkit.words import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The command line: one module per command, each with ``SUMMARY``, ``configure`` and ``run``.

Data go to standard output, words to standard error. Exit codes: 0 done, 1 a repetition differs,
2 wrong use or unusable input (one line says what), 70 a fault of the program, 130 interrupted.
"""

from .app import main

__all__ = ["main"]

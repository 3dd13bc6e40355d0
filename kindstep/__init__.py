"""The front door: command line, settings, and the one place where parts meet."""

from importlib.metadata import version

__version__ = version("kindstep")

"""A package in others' standards: it tells what the package tells, and no more."""

from research.standards.converting import FORMS, Converted, convert

__all__ = ["FORMS", "Converted", "convert"]

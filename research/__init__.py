"""Exports, re-scoring of a whole study, and the analysis of its trials."""

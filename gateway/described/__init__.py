"""Sensors that join by a description instead of code."""

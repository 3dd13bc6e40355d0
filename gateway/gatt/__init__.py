"""Characteristic values to readings: one module a layout, bytes in, one record out."""

"""Copies of others' files that pages are served with: which, from where, and their hashes."""

"""Telling programs elsewhere of news: who is told what, the outbox, and the way out.

What is told is read when it leaves, so consent is asked then, and no copy of it waits here.
"""

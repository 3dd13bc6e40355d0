"""Red flags: what a person writes or a sensor measures that no bot may answer.

They stop the bot for that person, show the emergency text, and open a ticket for a human.
"""

"""The approved messages, how they are read and what they must not say."""

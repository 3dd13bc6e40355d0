"""Messages on their way: inbox, outbox, and the channels that tell of them."""

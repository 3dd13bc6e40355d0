"""What the learned policy believes of each person, and what it learned that from."""

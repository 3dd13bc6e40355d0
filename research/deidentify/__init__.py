"""What tells of a person is taken out or made coarse, and what is left is looked at again."""

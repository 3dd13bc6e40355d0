"""From scores to goals, prompts, challenges and giving, each decision on record."""

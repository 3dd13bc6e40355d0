"""Who is who, who wears what, and who may see which of it."""

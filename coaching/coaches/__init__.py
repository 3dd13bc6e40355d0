"""Human coaches: who they are, how they are rated, and whom they should look at now."""

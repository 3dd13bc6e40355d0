"""Points, the ledger they move through, and the vouchers they become."""

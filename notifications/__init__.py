"""How the portal speaks to people: one way in, a ledger of what was sent, and no knowledge of any feature."""

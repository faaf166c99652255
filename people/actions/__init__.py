"""Every change to people, and the audit trail that every other action writes to."""

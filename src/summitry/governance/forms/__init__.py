"""Forms of mandates. Each ends in actions; the action judges what is said."""

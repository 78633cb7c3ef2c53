"""Keeping the database and the files in another place, and proving that they come back."""

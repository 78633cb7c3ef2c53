"""What the office knows: documents and their search."""

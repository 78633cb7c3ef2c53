"""What somebody must not forget, and when."""

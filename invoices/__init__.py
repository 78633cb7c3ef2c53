"""Invoices of garages and suppliers, and their lines."""

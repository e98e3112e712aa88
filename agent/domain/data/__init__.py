"""Data that comes with the package: rates of late-payment interest."""

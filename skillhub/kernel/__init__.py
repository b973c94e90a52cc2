"""What every feature stands on; the kernel knows no feature."""

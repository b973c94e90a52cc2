"""What the public sees: results released at a moment, as versions that never change."""

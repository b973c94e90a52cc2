"""What is to be published, set as pages and tables."""

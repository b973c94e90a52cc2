"""What is conferred: the one ledger of medals, prizes and titles."""

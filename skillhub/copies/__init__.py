"""The print ledger: which sheet of which certificate went to a printer, and what became of it; rows are only added."""

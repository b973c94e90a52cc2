"""Signatures on papers (PAdES): the key, signing, what makes a signature last, and looking at a signed file."""

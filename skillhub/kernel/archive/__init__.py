"""Files that outlive their program: PDF/A-3a and PDF/UA-1, with the facts inside, seen to be so."""

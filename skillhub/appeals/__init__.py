"""What people hold against a result: public notices, objections, queries and appeals."""

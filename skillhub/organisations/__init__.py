"""Who sends people: the tree of federations, enterprises and workshops."""

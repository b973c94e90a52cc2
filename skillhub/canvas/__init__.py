"""The page on which a design is drawn: in millimetres on the screen, or as numbers without script."""

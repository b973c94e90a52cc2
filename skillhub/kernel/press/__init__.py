"""Behind kernel.pdf: the engine with its walls (child … plate, block), and what stamps outside (plan, stamp, tail)."""

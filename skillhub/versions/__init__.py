"""What one signed version of a result says otherwise than an earlier one."""

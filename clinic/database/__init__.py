"""PostgreSQL: the embedded server of a first run, the two roles, and the guards that migrations install."""

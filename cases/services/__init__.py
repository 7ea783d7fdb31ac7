"""What people can do with cases, one module a subject. Each function checks its own
right and writes its line in the journal."""

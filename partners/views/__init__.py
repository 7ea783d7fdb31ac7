"""HTTP, one module for each kind of person served."""

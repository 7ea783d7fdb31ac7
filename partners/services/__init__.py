"""What people can do in the network, one module a subject."""

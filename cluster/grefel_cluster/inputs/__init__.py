"""Where pictures come from: one module a kind of input, each of one shape."""

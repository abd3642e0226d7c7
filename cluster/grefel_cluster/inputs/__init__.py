"""Where pictures come from: one module for each kind of input, all with the same interface."""

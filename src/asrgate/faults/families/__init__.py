"""The faults themselves, a module per family."""

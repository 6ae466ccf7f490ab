"""What protects callers: what is forgotten, erased, masked and refused, and who is told of it."""

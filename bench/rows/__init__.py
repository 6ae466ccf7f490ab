"""What is measured: one file for each part of the way, each row a function from `Bench` to figures."""

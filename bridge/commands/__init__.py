"""What `python -m bridge …` does: one file a command, each with `configure(parser)` and `run(arguments)`."""

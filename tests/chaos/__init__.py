"""What was tried against the promises of docs/decisions and README: chaos, power loss, overload, fuzzing, replay.

`python -m tests.chaos --minutes 5 --seed 7` (or `make chaos`) is the long run; the short form is a test beside it.
"""

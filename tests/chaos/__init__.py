"""What is tried against the promises: storms, power loss, overload, fuzzing, replay.

`make chaos` (`python -m tests.chaos --minutes 4 --seed 7`) is the long run; its short form is a test beside it.
"""

"""Mutation testing: how many small faults put into the rooms that decide would a test notice?

mutmut writes the faults; here the tests are collected once, and each fault is tried in a fork of that process by the tests that reach
the function it is in, the fastest first. See `python -m benchmarks.mutants` for what can be asked.
"""

# The rooms whose faults are looked for: what decides, and what says whose mail it is.
ROOMS = ("agent/domain", "agent/intake")

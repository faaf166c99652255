"""Faults with real processes: a nemesis, a history, and a checker that looks at both afterwards.

`scene` starts and stops the processes, `sink` is the mail server that misbehaves, `driver` does in a process of its own
what a feature would do, `checker` judges. The application under test runs under `settings`, with one app more: `apps`.
"""

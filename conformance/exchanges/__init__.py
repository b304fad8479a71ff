"""What is driven, each exchange under its name: a check that has an argument of that name gets it.

Every distinct scenario is driven once per run, however many names and checks ask for it. Clips are chosen by
tag, never by name, so that `--fixtures DIR` can replace them.
"""

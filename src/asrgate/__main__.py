"""`python -m asrgate` is `asrgate`."""

from asrgate.cli import main

main()

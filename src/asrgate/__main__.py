"""`python -m asrgate` is the `asrgate` command."""

from asrgate.cli import main

if __name__ == "__main__":
    main()

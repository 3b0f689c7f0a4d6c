"""`python -m generator`: the same as the command `tfstencil`."""

from generator.cli.main import main

main()

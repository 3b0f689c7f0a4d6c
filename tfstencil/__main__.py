"""`python -m tfstencil`: the command line, where its script is not on the PATH."""

from generator.cli.main import main

if __name__ == "__main__":
    main()

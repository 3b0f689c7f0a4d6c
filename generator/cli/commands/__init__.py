"""One module a command, each with a click command of the name `command`; `generator.cli.index` lists them."""

"""The command line `nutshell`: one module for each subcommand."""

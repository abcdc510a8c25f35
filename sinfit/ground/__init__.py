"""What everything stands on: files, child processes, entry points, output, Ctrl-C."""

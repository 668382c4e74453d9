"""A whole installation on this machine, over loopback: `make stack`, or `python -m deploy.stack --help`."""

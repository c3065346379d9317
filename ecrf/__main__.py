"""``python -m ecrf`` is the console script."""

from ecrf.cli import main

main()

"""The vocabulary of a meeting; standard library only."""

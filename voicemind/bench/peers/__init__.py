"""Other projects that transcribe live, each run in an environment of its own and measured as ours is."""

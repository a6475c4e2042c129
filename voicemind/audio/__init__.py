"""Sound: frames, resampling, files."""

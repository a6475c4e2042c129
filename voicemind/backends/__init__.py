"""Models and services behind the ports, one adapter a file."""

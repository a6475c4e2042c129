"""The HTTP server: pages, rooms, recordings, events; who may do what is decided in ``access`` alone."""

"""One shared document a room: what is in it, how it is kept, and how browsers sync it."""

"""The app on a desk: a window of its own over the local server, one at a time."""

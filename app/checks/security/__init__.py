"""The security scan: what a file does that nobody asked for, and where it invites attack.

It advises; the sandbox is the boundary. That nothing was found proves nothing.
"""

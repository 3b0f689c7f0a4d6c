"""The local AWS stand-in: moto's server on a loopback port, with what moto lacks.

`control` is what the rest of the program uses; everything else runs in the server's own process, so that nothing of
moto is ever imported, let alone patched, in the process of the command line.
"""

"""Python sources of a code base, by `ast`: modules, what reaches what, constants, calls, routes, settings."""

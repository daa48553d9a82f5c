"""Deploy: audit any code base against the platforms' real constraints, bundle, deploy, verify."""

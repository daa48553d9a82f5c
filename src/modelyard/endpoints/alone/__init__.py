"""What services of their own share: the code they are started with, limits, errors and pages over HTTP."""

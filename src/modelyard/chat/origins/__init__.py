"""Where documents come from: uploaded files, ZIPs, folders and sites, and what is found there."""

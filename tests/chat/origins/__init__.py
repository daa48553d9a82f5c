"""Origins: what is found in files, ZIPs, folders and sites, and what is left out."""

"""The rules, one file each; the file's name begins with the rule's id."""

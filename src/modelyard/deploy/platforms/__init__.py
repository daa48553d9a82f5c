"""The platforms a bundle can be made for, one file each."""

"""A collection as a small service of its own: an API and a page, without the yard and without its database."""

"""What reports share: texts of users shown safely, the look of a page in HTML and in PDF."""

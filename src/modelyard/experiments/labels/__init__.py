"""What people think of answers, and how far scorers and judges agree with them."""

"""Results for readers without an account: a link that their owner gives away and takes back."""

"""The ground floor: knows no product."""

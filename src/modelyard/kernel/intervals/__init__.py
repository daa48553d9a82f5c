"""Intervals of shares, medians and means: what would another draw of as many rows have shown?"""

"""What scores of samples say beyond these samples: intervals, differences in pairs, how many samples it takes."""

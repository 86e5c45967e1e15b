"""What is special to a report from the public to the hotline 1022."""

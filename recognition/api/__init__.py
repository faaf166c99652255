"""Recognition over the API: the same actions and the same policies as the pages."""

// The page: its views and the address of each.

"""What is known of each activation and loss from elsewhere: one row a function."""

"""AWS calls signed by hand, for the functions whose cold start cannot afford botocore."""

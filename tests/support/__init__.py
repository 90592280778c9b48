"""What tests share: the template read as data, and the API Gateway in a few lines."""

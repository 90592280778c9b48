"""Where things are kept: DynamoDB, S3, SQS, Secrets Manager. Nothing here decides."""

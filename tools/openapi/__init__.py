"""The API's OpenAPI document: the functions' descriptions of their own routes, and fragments."""

"""The API's OpenAPI document: made of the functions' own routes, and of what is described here."""

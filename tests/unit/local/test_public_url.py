"""The API's address in the template that the emulator gets."""

from local.public_url import with_public_url


def test_a_function_that_shows_the_address_of_the_api_is_given_that_on_the_emulator() -> None:
    variables = {"POWERTOOLS_SERVICE_NAME": "docs", "PUBLIC_URL": {"Ref": "PublicUrl"}}
    function = {"Properties": {"Environment": {"Variables": variables}}}
    other = {"Properties": {"Environment": {"Variables": {"POWERTOOLS_SERVICE_NAME": "auth"}}}}
    template = {"Resources": {"DocsFunction": function, "AuthFunction": other, "Bucket": {}}}

    changed = with_public_url(template, "http://127.0.0.1:4566")

    given = changed["Resources"]["DocsFunction"]["Properties"]["Environment"]["Variables"]
    address = "http://127.0.0.1:4566/_aws/execute-api/${HttpApi}/$default"
    assert given == variables | {"PUBLIC_URL": {"Fn::Sub": address}}
    assert changed["Resources"]["AuthFunction"] == other
    assert variables["PUBLIC_URL"] == {"Ref": "PublicUrl"}

"""The API's address in the template that the emulator gets."""

from local.public_url import with_public_url


def test_the_docs_function_is_given_the_address_of_the_api_on_the_emulator() -> None:
    variables = {"POWERTOOLS_SERVICE_NAME": "docs", "PUBLIC_URL": {"Ref": "PublicUrl"}}
    function = {"Properties": {"Environment": {"Variables": variables}}}
    template = {"Resources": {"DocsFunction": function}}

    changed = with_public_url(template, "http://127.0.0.1:4566")

    given = changed["Resources"]["DocsFunction"]["Properties"]["Environment"]["Variables"]
    address = "http://127.0.0.1:4566/_aws/execute-api/${HttpApi}/$default"
    assert given == variables | {"PUBLIC_URL": {"Fn::Sub": address}}
    assert variables["PUBLIC_URL"] == {"Ref": "PublicUrl"}

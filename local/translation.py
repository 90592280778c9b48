"""A SAM template as the emulator's CloudFormation takes it."""

import os
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.differences import (
    with_mail_from_any_sender,
    with_numbers_for_pollers,
    without_metric_math,
)
from local.emulator import REGION
from local.failure import Failure
from local.http_api import expand_http_apis


def read(template: Path) -> dict[str, Any]:
    """Return the template file's content, CloudFormation's short tags (`!Ref`) spelled out."""
    content: dict[str, Any] = yaml_parse(template.read_text())
    return content


def to_cloudformation(template: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    """Translate SAM's resources as AWS's transform does, without what the emulator cannot take.

    Raises:
        Failure: SAM refuses the template; the message has the cause.
    """
    expanded = without_metric_math(expand_http_apis(transformed(template, parameters)))
    return with_numbers_for_pollers(with_mail_from_any_sender(expanded))


def transformed(template: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    """Translate SAM's resources as AWS's transform does.

    Raises:
        Failure: SAM refuses the template; the message has the cause.
    """
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # names the partition of its ARNs
    try:
        found: dict[str, Any] = Translator({}, Parser()).translate(template, parameters)
    except InvalidDocumentException as error:
        causes = "; ".join(cause.message for cause in error.causes)
        raise Failure(f"template.yaml is not valid SAM: {causes}") from error
    return found

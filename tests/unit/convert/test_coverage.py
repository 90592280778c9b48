"""The table of docs/conversion.md is what the converter does today."""

import pytest

from tools.conversion.estimator_table import DOCUMENT, END, START, document, rows
from tools.conversion.estimator_zoo import predictors
from tools.conversion.pipeline_zoo import pipelines


@pytest.mark.slow
def test_documented_coverage_is_the_real_one() -> None:
    estimators, people = list(rows(predictors())), list(rows(pipelines()))

    text = DOCUMENT.read_text()

    assert sum(row.converted for row in estimators) >= 110
    assert sum(row.converted for row in people) >= 70
    assert text[text.index(START) : text.index(END) + len(END)] == document(estimators, people)

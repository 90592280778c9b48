"""Custom converters, for estimators that skl2onnx lacks or converts wrongly."""

from functools import cache

from converter.estimators.custom_converters import (
    adaboost,
    binning,
    centres,
    codes,
    constants,
    curves,
    doubles,
    encoding,
    forests,
    functions,
    gaussian_processes,
    gaussians,
    histograms,
    imputing,
    inner,
    kernels,
    linear_maps,
    linear_scores,
    neighbours,
    one_against,
    pipelines,
    polynomials,
    powers,
    quantiles,
    rounding,
    several_outputs,
    sparse_zeros,
    splines,
    stacking,
    tables,
    texts,
    tfidf,
    votes,
    wrappers,
)
from converter.estimators.custom_converters.registry import check_nodes_once


@cache
def add_all() -> None:
    """Register every converter with skl2onnx, once a process."""
    check_nodes_once()
    for module in (
        adaboost,
        binning,
        centres,
        codes,
        constants,
        curves,
        doubles,
        encoding,
        forests,
        functions,
        gaussian_processes,
        gaussians,
        histograms,
        imputing,
        inner,
        kernels,
        linear_maps,
        linear_scores,
        neighbours,
        one_against,
        pipelines,
        polynomials,
        powers,
        quantiles,
        rounding,
        several_outputs,
        sparse_zeros,
        splines,
        stacking,
        tables,
        texts,
        tfidf,
        votes,
        wrappers,
    ):
        module.add()

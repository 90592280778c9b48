"""Custom converters, for estimators that skl2onnx lacks or converts wrongly."""

from functools import cache

from converter.estimators.custom_converters import (
    adaboost,
    binning,
    centres,
    codes,
    constants,
    curves,
    encoding,
    forests,
    functions,
    gaussian_processes,
    gaussians,
    histograms,
    imputing,
    infrequent,
    inner,
    kernels,
    linear_maps,
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
    target_encoding,
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
        encoding,
        forests,
        functions,
        gaussian_processes,
        gaussians,
        histograms,
        imputing,
        infrequent,
        inner,
        kernels,
        linear_maps,
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
        target_encoding,
        texts,
        tfidf,
        votes,
        wrappers,
    ):
        module.add()

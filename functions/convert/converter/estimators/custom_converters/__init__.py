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
    gaussians,
    histograms,
    imputing,
    kernels,
    linear_maps,
    neighbours,
    polynomials,
    powers,
    rounding,
    scores,
    several_outputs,
    sparse_zeros,
    splines,
    texts,
    tfidf,
    wrappers,
)


@cache
def add_all() -> None:
    """Register every converter with skl2onnx, once a process."""
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
        gaussians,
        histograms,
        imputing,
        kernels,
        linear_maps,
        neighbours,
        polynomials,
        powers,
        rounding,
        scores,
        several_outputs,
        sparse_zeros,
        splines,
        texts,
        tfidf,
        wrappers,
    ):
        module.add()

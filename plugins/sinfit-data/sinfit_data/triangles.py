"""Any number of points, kept as a triangle of few numbers that is all a polynomial needs of them.

The triangle R of the QR decomposition of the columns and y is to least squares what all the rows
are. Two triangles, one below the other, have the triangle of both as theirs (TSQR; Demmel, Grigori,
Hoemmen and Langou, SIAM J. Sci. Comput. 34, 2012): so points may come in pieces, in any order, and
from many machines. Nothing is squared, which would cost half the digits.

From R come weighted points with the same sums: the nodes of the Gauss quadrature of these points
(Golub and Welsch, Math. Comp. 23, 1969; Gautschi, Orthogonal Polynomials, 2.2). They stand for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre
from sinfit.errors import DataError
from sinfit.fitting.problem import Problem
from sinfit.ground.arrays import Array

from sinfit_data.i18n import _

ROWS = 1 << 14  # points at once: their columns are a megabyte for a cubic
LEAF = 256  # rows of the first triangles: one lies in the processor's nearest cache
BRANCH = 8  # triangles that become one
FIRST = 1000  # x that are looked at first, for different ones
RANK = 1e-12  # a column shorter than this, relative to its length before, depends on the others


@dataclass(frozen=True)
class Triangle:
    """What the least squares of polynomials need to know of some points.

    Attributes:
        low: The least x.
        high: The greatest.
        rows: R of the columns and y, whose rows are multiplied by the roots of the weights, of
            shape (d + 3, d + 3). The columns are the Legendre polynomials of degree 0 to d + 1 of
            x, scaled to [-1, 1].
        count: How many points have a weight above 0.
        logs: The sum of the logarithms of these weights; None without weights.
        some: Different x of theirs, up to d + 1.
    """

    low: float
    high: float
    rows: Array
    count: int
    logs: float | None
    some: Array

    @classmethod
    def of(cls, problem: Problem, degree: int) -> Triangle:
        """The triangle of points that are in memory.

        Args:
            problem: The points.
            degree: The highest degree d of a polynomial that is to be fitted.

        Raises:
            DataError: The powers of x or of y overflow.
        """
        problem.check_powers()
        x, y, weights = problem.x, problem.y, problem.weights
        low, high = float(x.min()), float(x.max())
        middle, half = (low + high) / 2, (high - low) / 2 or 1.0
        triangles = []
        for start in range(0, len(x), ROWS):
            part = slice(start, start + ROWS)
            columns = legendre.legvander((x[part] - middle) / half, degree + 1)
            rows = np.column_stack([columns, y[part]])
            if weights is not None:
                rows *= np.sqrt(weights[part, None])
            triangles.append(_triangle(rows))
        counted = x if weights is None else x[weights > 0]
        logs = None if weights is None else float(np.log(weights[weights > 0]).sum())
        some = np.unique(counted[:FIRST])
        if len(some) <= degree:
            some = np.unique(counted)
        some = some[: degree + 1]
        return cls(low, high, _triangle(np.concatenate(triangles)), problem.count, logs, some)

    @property
    def degree(self) -> int:
        """The highest degree of a polynomial that may be fitted."""
        return len(self.rows) - 3

    def points(self) -> tuple[Array, Array, Array]:
        """X, y and weights of 2 (d + 1) points whose least squares are the same, each of (2d + 2,).

        Raises:
            DataError: There are too few different x, or they differ too little.
        """
        p = self.degree + 1
        basis, target = self.rows[:p, :p], self.rows[:p, -1]
        lengths = np.sqrt(np.square(basis).sum(axis=0))
        if len(self.some) < p or (np.abs(basis.diagonal()) <= RANK * lengths).any():
            says = _(
                "too few points: a polynomial of degree {degree} needs at least {count} different "
                "x, and there are {different}, or they differ too little."
            )
            different = len(self.some)
            raise DataError(says.format(degree=p - 1, count=p, different=different))
        # what multiplying with x is to the orthonormal polynomials; its eigenvalues are the nodes
        times_x = np.linalg.solve(basis.T, (self.rows[:p, : p + 1] @ _times_t(p)).T)
        nodes, vectors = np.linalg.eigh((times_x + times_x.T) / 2)
        roots = basis[0, 0] * vectors[0]  # of the weights, up to their signs
        y, weights = vectors.T @ target / roots, np.square(roots)
        # what no polynomial explains: above and below each node as much
        rest = np.sqrt(np.square(self.rows[p:, -1]).sum() / weights.sum())
        x = (self.low + self.high) / 2 + nodes * ((self.high - self.low) / 2)
        both = np.stack([y - rest, y + rest], axis=1).ravel()
        return np.repeat(x, 2), both, np.repeat(weights / 2, 2)


def merged(triangles: Iterable[Triangle | None]) -> Triangle | None:
    """The triangle of the points of all of them, which must be of one degree; None of none."""
    some = [each for each in triangles if each is not None]
    if len(some) < 2:
        return some[0] if some else None
    low, high = min(each.low for each in some), max(each.high for each in some)
    logs = [each.logs for each in some if each.logs is not None]
    return Triangle(
        low,
        high,
        _triangle(np.concatenate([each.rows @ _rescaling(each, low, high) for each in some])),
        sum(each.count for each in some),
        sum(logs) if logs else None,
        np.unique(np.concatenate([each.some for each in some]))[: some[0].degree + 1],
    )


def merged_as_they_come(triangles: Iterable[Triangle | None]) -> Triangle | None:
    """The same, pairwise: few are kept at a time, and few roundings are made one upon another."""
    waiting: list[tuple[int, Triangle | None]] = []  # each of twice as many as the next
    for triangle in triangles:
        level = 0
        while waiting and waiting[-1][0] == level:
            triangle = merged([waiting.pop()[1], triangle])
            level += 1
        waiting.append((level, triangle))
    return merged(triangle for _level, triangle in waiting)


def _triangle(rows: Array) -> Array:
    """R of rows of shape (n, k), of shape (k, k): of some rows each, and then of these."""
    width, height = rows.shape[1], LEAF
    while len(rows) > height:
        missing = -len(rows) % height
        padded = np.concatenate([rows, np.zeros((missing, width))]) if missing else rows
        several = np.linalg.qr(padded.reshape(-1, height, width), mode="r")
        rows = np.reshape(several, (-1, width))
        height = BRANCH * width
    if len(rows) < width:
        rows = np.concatenate([rows, np.zeros((width - len(rows), width))])
    return np.asarray(np.linalg.qr(rows, mode="r"))


def _times_t(p: int) -> Array:
    """T P(k) in terms of P(0), …, P(p), for each k below p; of shape (p + 1, p)."""
    k = np.arange(p)
    matrix = np.zeros((p + 1, p))
    matrix[k + 1, k] = (k + 1) / (2 * k + 1)
    matrix[k[:-1], k[1:]] = k[1:] / (2 * k[1:] + 1)
    return matrix


def _rescaling(triangle: Triangle, low: float, high: float) -> Array:
    """The columns for x from low to high, in terms of the triangle's, and y as it is."""
    size, half = triangle.degree + 2, (high - low) / 2 or 1.0
    # the new scaled x is shift + times the old one: both lie in [-1, 1], so nothing grows
    shift = ((triangle.low + triangle.high) / 2 - (low + high) / 2) / half
    times = (triangle.high - triangle.low) / 2 / half
    matrix, times_t = np.eye(size + 1), _times_t(size)[:size]
    now, before = matrix[:size, 0], np.zeros(size)
    for k in range(size - 1):  # (k + 1) P(k + 1) = (2k + 1) t P(k) - k P(k - 1)
        product = shift * now + times * (times_t @ now)
        now, before = ((2 * k + 1) * product - k * before) / (k + 1), now
        matrix[:size, k + 1] = now
    return matrix

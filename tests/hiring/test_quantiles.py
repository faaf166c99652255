"""Quantiles against the tables in the books."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.quantiles import fisher_f, incomplete_beta, student_t

# Student's t as printed in the NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
T_TABLE = {
    1: (3.078, 6.314, 12.706, 63.657),
    2: (1.886, 2.920, 4.303, 9.925),
    3: (1.638, 2.353, 3.182, 5.841),
    4: (1.533, 2.132, 2.776, 4.604),
    5: (1.476, 2.015, 2.571, 4.032),
    8: (1.397, 1.860, 2.306, 3.355),
    10: (1.372, 1.812, 2.228, 3.169),
    20: (1.325, 1.725, 2.086, 2.845),
    30: (1.310, 1.697, 2.042, 2.750),
    60: (1.296, 1.671, 2.000, 2.660),
    100: (1.290, 1.660, 1.984, 2.626),
}

# F at 95 %, same handbook, 1.3.6.7.3: (upper degrees, lower degrees) to value.
F_TABLE = {
    (1, 1): 161.448,
    (1, 10): 4.965,
    (2, 5): 5.786,
    (3, 10): 3.708,
    (5, 5): 5.050,
    (5, 15): 2.901,
    (10, 2): 19.396,
    (10, 20): 2.348,
    (10, 100): 1.927,
}


@pytest.mark.parametrize("degrees", T_TABLE)
def test_student_t_is_the_table(degrees):
    computed = [round(student_t(probability, degrees), 3) for probability in (0.90, 0.95, 0.975, 0.995)]
    assert computed == pytest.approx(T_TABLE[degrees], abs=0.0011 if degrees == 1 else 1e-9)


@pytest.mark.parametrize(("upper", "lower"), F_TABLE)
def test_fisher_f_is_the_table(upper, lower):
    assert round(fisher_f(0.95, upper, lower), 3) == F_TABLE[upper, lower]


def test_student_t_nears_the_normal_and_is_0_in_the_middle():
    assert student_t(0.975, 1e6) == pytest.approx(1.959964, abs=5e-6)
    assert student_t(0.5, 7) == 0


@given(st.floats(0.01, 0.99), st.floats(0.5, 60), st.floats(0.5, 60))
def test_fisher_f_turns_the_beta_function_round(probability, upper, lower):
    value = fisher_f(probability, upper, lower)
    x = upper * value / (upper * value + lower)
    assert incomplete_beta(x, upper / 2, lower / 2) == pytest.approx(probability, abs=1e-7)


@given(st.floats(0, 1), st.floats(0.5, 60), st.floats(0.5, 60))
def test_incomplete_beta_mirrors_itself_and_stays_between_0_and_1(x, a, b):
    assert 0 <= incomplete_beta(x, a, b) <= 1
    assert incomplete_beta(x, a, b) + incomplete_beta(1 - x, b, a) == pytest.approx(1, abs=1e-9)


def test_incomplete_beta_gives_no_answer_rather_than_a_wrong_one():
    with pytest.raises(ArithmeticError, match="does not settle"):
        incomplete_beta(0.5, 1e9, 1e9)


@pytest.mark.parametrize("arguments", [(0.4, 5), (1, 5), (0.9, 0)])
def test_student_t_refuses_what_it_cannot_answer(arguments):
    with pytest.raises(ValueError, match="student_t needs"):
        student_t(*arguments)


@pytest.mark.parametrize("arguments", [(-0.1, 5, 5), (1, 5, 5), (0.9, 0, 5), (0.9, 5, 0)])
def test_fisher_f_refuses_what_it_cannot_answer(arguments):
    with pytest.raises(ValueError, match="fisher_f needs"):
        fisher_f(*arguments)

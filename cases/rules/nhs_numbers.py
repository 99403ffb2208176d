"""The number that identifies a patient in England, Wales and the Isle of Man."""


def digits_of(written: str) -> str:
    """The digits of a number as people write it, with blanks or dashes between."""
    return "".join(c for c in written if c in "0123456789")


def is_nhs_number(digits: str) -> bool:
    """Ten digits, the last of which is 11 minus the weighted sum (10 … 2) modulo 11; 11 stands for 0, 10 never occurs.

    Source: NHS Data Dictionary, NHS NUMBER, Modulus 11 algorithm.
    """
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit():
        return False
    check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(digits[9]) and check != 10


def spaced(digits: str) -> str:
    """The number as it is printed: 999 100 1018."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"

"""Checks the unified social credit code of an organization in a form."""

from certificates.errors import InvalidNumber
from certificates.numbers import check_organization_code, check_uscc, uscc_check_digit

# How codes begin (GB 32100-2015, department and class): authorities, enterprises, individual businesses, co-operatives.
AUTHORITY, ENTERPRISE, INDIVIDUAL_BUSINESS, COOPERATIVE = "11", "91", "92", "93"


def is_uscc(code: str) -> bool:
    """Whether every part of the code is right (GB 32100-2015)."""
    return _fault(code) is None


def is_early_uscc(code: str) -> bool:
    """Whether only the last check digit is wrong, in a code of a series that was issued so.

    Xiamen issued codes with another last character until 2016, of the series M0 and with a right organization
    code; they are on licences in force. In other codes a wrong last character is a typing error.
    """
    is_of_them = code[:1] == "9" and code[8:10] != "MA" and (code[2:6] == "3502" or code[8:9] == "M")
    if not is_of_them or _fault(code) != "number.check_digit":
        return False
    try:
        check_organization_code(code[8:17])
    except InvalidNumber:
        return False
    return True


def check_digit_of(code: str) -> str:
    """The last character for the first seventeen."""
    return uscc_check_digit(code[:17])


def _fault(code: str) -> str | None:
    try:
        check_uscc(code)
    except InvalidNumber as error:
        return error.code
    return None

"""The unified social credit code of an organization that is named in a form."""

from certificates.errors import InvalidNumber
from certificates.numbers import check_organization_code, check_uscc, uscc_check_digit


def is_uscc(code: str) -> bool:
    """Whether it is right in every part (GB 32100-2015)."""
    return _fault(code) is None


def is_early_uscc(code: str) -> bool:
    """Whether everything is right but the last check digit, in a code of those that came so into the world.

    Xiamen gave out codes with another last character until 2016, of the series M0 and so with a right organization
    code inside; they stand on licences in force. Anywhere else a wrong last character is a slip of the hand.
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
    """The last character that the first seventeen ask for."""
    return uscc_check_digit(code[:17])


def _fault(code: str) -> str | None:
    try:
        check_uscc(code)
    except InvalidNumber as error:
        return error.code
    return None

"""What an application changes of the register, as rows of a paper: each item with its value before and after."""

from sqlmodel import Session

from registration.models import Application
from registration.queries.register_changes import shown_changes
from registration.rules.languages import OF_PAPERS
from registration.rules.register_items import register_items
from registration.rules.register_words import item_label
from registration.rules.registered_entity import chosen_items

Rows = tuple[tuple[str, str], ...]


def changed_rows(session: Session, case: Application) -> Rows:
    """Label and text of each item; the values are those that the applicant sees on the page before signing.

    An item that was chosen and has no row, such as new articles or who the beneficial owners are, is named alone: the
    register shows no more of it.
    """
    shown = shown_changes(session, case, OF_PAPERS)
    rows = [(one.label, f"原为：{'；'.join(one.before)}。现为：{'；'.join(one.after)}。") for one in shown]
    listed = {one.change.item for one in shown}
    rest = [
        (item_label(item, entity_type=case.entity_type, lang=OF_PAPERS), "按提交的材料登记或者备案。")
        for item in chosen_items(case.form)
        if item in register_items() and item not in listed
    ]
    return (*rows, *rest)

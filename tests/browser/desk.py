"""How a file is decided on at the desk, and how its applicant fetches the licence."""

from pathlib import Path

from registration.matters import definition_of
from tests.browser.visitor import Visitor


def action_words(action: str, clerk: Visitor) -> str:
    return definition_of("establishment@1").actions[action].label[clerk.lang]


def decide(clerk: Visitor, action: str, opinion: str) -> None:
    """On the page of the file; where something is not marked it warns, and is confirmed once more."""
    page = clerk.page
    confirm = page.locator(f'button[name="deciding"][value="{action}"]')
    page.locator("details.opinion", has=confirm).locator("summary").click()
    clerk.control(f"opinion.{action}").fill(opinion)
    with page.expect_navigation():
        confirm.click()
    if page.locator('[name="warned"]').count():
        with page.expect_navigation():
            confirm.click()


def download_licence(applicant: Visitor, ref: str, folder: Path) -> Path:
    applicant.open(f"/applications/{ref}")
    applicant.reload_until(lambda: applicant.page.get_by_text(applicant.say("营业执照已经制作")))
    applicant.does_not_scroll_sideways()
    with applicant.page.expect_download() as coming:
        applicant.page.get_by_role("link", name=applicant.say("下载（PDF）")).first.click()
    coming.value.save_as(folder / "licence.pdf")
    return folder / "licence.pdf"

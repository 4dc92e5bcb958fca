"""`heyi city`: the folder that says all about one city: made to be filled in, checked, brought into the database."""

import shutil
from pathlib import Path

import click

from registration.cli.output import as_json, refuse, words

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def city() -> None:
    """城市文件夹。The folder of a city (HEYI_CITY)."""


@city.command()
@click.argument("folder", type=FOLDER)
def new(folder: Path) -> None:
    """建一个待填写的城市文件夹。Make a folder to fill in; every file says what belongs there."""
    from registration.rules.city import BLANK

    if folder.exists() and any(folder.iterdir()):
        refuse(f"{folder} 不是空的，没有写入", f"{folder} is not empty: nothing was written")
    shutil.copytree(BLANK, folder, dirs_exist_ok=True)
    for path in sorted(folder.iterdir()):
        click.echo(path)
    click.echo(words(f"填写以后运行 heyi city check {folder}", f"fill them in, then: heyi city check {folder}"))


@city.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--json", "json_", is_flag=True)
def check(folder: Path | None, json_: bool) -> None:
    """检查城市文件夹（默认现在用的）；有问题时状态为 1。Check FOLDER or the one in use; exit status 1 on faults."""
    from registration.queries.city_faults import faults_in
    from registration.rules.city import folder_in_use

    found = faults_in(folder or folder_in_use())
    if json_:
        rows = [(one, {"zh": one.sentence("zh"), "en": one.sentence("en")}) for one in found]
        as_json([{"file": one.file, "key": one.key, "code": one.code, **said} for one, said in rows])
    else:
        for one in found:
            click.echo(f"✗ {one.place} · {one.sentence(words('zh', 'en'))}")
        click.echo(words(f"{len(found)} 个问题", f"{len(found)} faults"))
    raise SystemExit(1 if found else 0)


@city.command()
@click.argument("folder", type=FOLDER)
@click.argument("tag")
def language(folder: Path, tag: str) -> None:
    """准备另一种语言的译文文件，可以重复运行。Files to translate; run again for new texts."""
    from registration.locales import CatalogueError
    from registration.locales.untranslated import write_chapters
    from registration.settings import settings

    own = settings().matters
    try:
        made = write_chapters(folder / "locales", tag, data=[folder, *([own] if own else [])])
    except CatalogueError as error:
        refuse(f"不是可用的语言代码或者译文：{error}", str(error))
    for path in made:
        click.echo(path)
    click.echo(words("填写 msgstr；没有译文的文字显示英文", "fill in msgstr; a text without one is shown in English"))


@city.command()
@click.argument("folder", type=FOLDER, required=False)
def icon(folder: Path | None) -> None:
    """用 mark.svg 和色带的颜色画手机主屏幕上的图标。Draw the icon for phones' home screens, again after a change."""
    import pypdfium2

    from certificates.paper.pdf import drawing
    from registration.rules.city import APP_ICON, APP_ICON_SIDE, folder_in_use, read

    found = read((folder or folder_in_use()).resolve())
    # Phones cut the corners: four fifths of the width are always left (W3C, maskable icons).
    white = found.mark.replace("currentColor", "#fff")
    page = drawing(white, side=APP_ICON_SIDE, background=found.about.colours.light.band, share=0.56)
    behind = (*bytes.fromhex(found.about.colours.light.band[1:]), 255)
    drawn = pypdfium2.PdfDocument(page)[0].render(scale=96 / 72, fill_color=behind)
    picture = drawn.to_pil().crop((0, 0, APP_ICON_SIDE, APP_ICON_SIDE))
    picture.quantize(64).save(found.folder / APP_ICON, optimize=True)
    click.echo(found.folder / APP_ICON)


@city.command()
def load() -> None:
    """把登记机关写进数据库，可以重复运行。Bring the registrars into the database; it may be run again."""
    from registration import clock, database
    from registration.operations import registrars
    from registration.settings import settings

    database.configure(settings())
    made, changed = registrars.load(now=clock.now())
    click.echo(words(f"新建 {len(made)} 个登记机关", f"{len(made)} registrars are new") + _listed(made))
    click.echo(words(f"更新 {len(changed)} 个登记机关", f"{len(changed)} registrars were changed") + _listed(changed))


def _listed(codes: list[str]) -> str:
    return f": {', '.join(codes)}" if codes else ""

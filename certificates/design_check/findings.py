"""The faults of designs, each with a sentence and how to correct it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class DesignFinding:
    """`code` is stable, `place` a file or a sheet, `data` the values in the sentence."""

    code: str
    place: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        return _message(SENTENCES[self.code][0 if lang == "zh" else 1], self.data)

    def fix(self, lang: str) -> str:
        return _message(SENTENCES[self.code][2 if lang == "zh" else 3], self.data)


def _message(words: str, data: Mapping[str, Any]) -> str:
    return words.format_map(data)


# The sentence in Chinese and English, then the correction in Chinese and English.
SENTENCES: Mapping[str, tuple[str, str, str, str]] = {
    "manifest.broken": (
        "清单 design.yaml 读不懂：{reason}",
        "design.yaml cannot be read: {reason}",
        "对照 docs/designs.md 的例子改正",
        "correct it after the example in docs/designs.md",
    ),
    "manifest.paper": (
        "清单里的文书“{paper}”不存在",
        "there is no paper called “{paper}”",
        "删去，或者改为：{known}",
        "remove it, or name one of {known}",
    ),
    "file.missing": (
        "清单列有这个文件，文件夹里没有",
        "the manifest lists this file, the folder lacks it",
        "补上文件，或者运行 heyi designs hash {design}",
        "add the file, or run `heyi designs hash {design}`",
    ),
    "file.changed": (
        "文件与清单记载的 SHA-256 不同",
        "the file is not the one whose SHA-256 the manifest gives",
        "恢复原文件；如果是有意修改，看过以后运行 heyi designs hash {design}",
        "restore it; if the change is meant, look at it and run `heyi designs hash {design}`",
    ),
    "file.unlisted": (
        "清单没有列出这个文件，它不会被使用",
        "the manifest does not list this file, so it is never used",
        "删去文件，或者运行 heyi designs hash {design}",
        "remove it, or run `heyi designs hash {design}`",
    ),
    "file.needed": (
        "缺少这个文件，清单所列的内容印不出来",
        "without this file the design cannot print what its manifest promises",
        "从 jinhua 复制一份再改，或者在清单里删去相应内容",
        "copy it from jinhua and change it, or take the promise out of the manifest",
    ),
    "reference.external": (
        "引用了设计以外的地址：{address}",
        "it refers to an address outside the design: {address}",
        "把图片放进 assets/，只用相对地址；data: 地址不超过 {maximum} 字节",
        "put pictures into assets/ and use relative addresses; a data: address has at most {maximum} bytes",
    ),
    "script.inline": (
        "含有脚本：{found}",
        "it holds a script: {found}",
        "删去；印在纸上的东西不能运行程序",
        "remove it; what is printed runs nothing",
    ),
    "picture.recorded": (
        "图片用了 {found}，排版时无法一次绘制、多次使用",
        "the picture uses {found}, which cannot be drawn once and used again",
        "把文字转为轮廓，去掉渐变、透明和滤镜",
        "turn text into outlines; use no gradient, opacity or filter",
    ),
    "font.not_packaged": (
        "用了没有随程序提供的字体：{font}",
        "it asks for a font that is not in the package: {font}",
        "只用 Heyi Serif 和 Heyi Fixed，各台机器才印得一样",
        "use Heyi Serif and Heyi Fixed only, so that every machine prints the same",
    ),
    "glyph.missing": (
        "固定文字里有字体没有的字：{characters}",
        "a fixed word has characters that no font here can draw: {characters}",
        "换用别的字",
        "use other words",
    ),
    "glyph.not_bold": (
        "粗体里没有这些字，会印成细体：{characters}",
        "the bold cut lacks these characters, so they would print thin: {characters}",
        "换用别的字，或者把它们加进 certificates/fonts/fixed-words.txt 后运行 build.py",
        "use other words, or add them to certificates/fonts/fixed-words.txt and run build.py",
    ),
    "template.broken": (
        "模板出错：{reason}",
        "the template fails: {reason}",
        "模板只能使用给它的数据，对照 jinhua 的模板改正",
        "a template may use the data it is given and nothing else; compare it with jinhua's",
    ),
    "item.missing": (
        "没有印出应当记载的事项：{item}（{value}）",
        "an item that must stand there is not printed: {item} ({value})",
        "在模板里加上这一项",
        "add the item to the template",
    ),
    "alternative.missing": (
        "有图片没有替代文字（alt）",
        "a picture has no text alternative (alt)",
        '二维码写 alt="{{{{ qr.alt }}}}"；装饰图案放进样式表的 background',
        'give the QR code alt="{{{{ qr.alt }}}}"; ornament belongs into a background of the style sheet',
    ),
    "standard.broken": (
        "不符合标准（{rule}，{clause}）：{zh}（{where}）",
        "it breaks a standard ({rule}, {clause}): {en} ({where})",
        "对照 jinhua 的模板改正标题、表格、列表和图片的写法",
        "write headings, tables, lists and pictures as the templates of jinhua do",
    ),
    "sample.line": (
        "样本的第{page}页没有“演示样本”字样",
        "page {page} of a sample lacks the line 演示样本",
        "在每一页加上：演示样本 · 无效 · SAMPLE · NOT VALID",
        "print 演示样本 · 无效 · SAMPLE · NOT VALID on each page",
    ),
    "sample.watermark": (
        "样本没有横贯纸面的水印，容易被当作真照",
        "a sample has no watermark across the sheet and may pass for real",
        "p.sample 为真时用 assets/sample.svg 做底图",
        "when p.sample is true, lay assets/sample.svg behind the text",
    ),
    "slot.overflow": (
        "内容最长时，第{page}页的 {tag} 放不下",
        "with the longest content, {tag} on page {page} has no room",
        "放宽这一栏，或者缩小字号、行距",
        "give it more room, or smaller type or lines",
    ),
    "print.warning": (
        "排版程序不接受：{message}",
        "the renderer objects: {message}",
        "改正样式表或者模板里的写法",
        "correct the style sheet or the template",
    ),
    "print.refused": (
        "印不出来：{code} {details}",
        "it cannot be printed: {code} {details}",
        "先改正其他问题，再检查一次",
        "mend the other findings first, then check again",
    ),
}

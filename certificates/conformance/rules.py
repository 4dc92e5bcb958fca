"""What is checked: each rule with its clause and a sentence for a file that breaks it.

Numbers such as 01-005 are the failure conditions of the Matterhorn Protocol 1.1 that a machine can find; those with A
are of ISO 19005-3, those with P of ISO 32000-1, which both standards require. Not checked, since files of ours have
nothing of the kind: 09-006 to 09-008 (tables of contents, ruby, warichu), 17-003 (formulas), 20-002 (alternate
configurations), 26-002 (encryption), 28-014 to 28-018 (media, attached files, printer's marks), 31-001 to 31-003,
31-006 to 31-008, 31-012 to 31-015 and 31-017 to 31-026 (other kinds of fonts: A-fonts names every font that is not
read here).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """The clause of the standard, and what is wrong with a file that breaks it."""

    clause: str
    zh: str
    en: str


@dataclass(frozen=True)
class Fault:
    """A rule that a file breaks, and where: a page, an element, a font."""

    rule: str
    place: str = ""

    @property
    def clause(self) -> str:
        return RULES[self.rule].clause

    def sentence(self, lang: str) -> str:
        words = RULES[self.rule]
        return words.zh if lang == "zh" else words.en


UA, A, P = "ISO 14289-1, ", "ISO 19005-3, ", "ISO 32000-1, "

RULES: Mapping[str, Rule] = {
    "01-003": Rule(UA + "7.1", "标记内容之中有装饰内容", "an artifact is inside tagged content"),
    "01-004": Rule(UA + "7.1", "装饰内容之中有标记内容", "tagged content is inside an artifact"),
    "01-005": Rule(UA + "7.1", "内容既没有标记，也不是装饰", "content is neither tagged nor an artifact"),
    "01-007": Rule(UA + "7.1", "Suspects 为真", "Suspects is true"),
    "02-001": Rule(UA + "7.1", "结构类型没有对应的标准类型", "a structure type is mapped to no standard one"),
    "02-003": Rule(UA + "7.1", "结构类型的对应关系成环", "structure types are mapped in a circle"),
    "02-004": Rule(UA + "7.1", "标准结构类型被改作他用", "a standard structure type is mapped to another"),
    "06-001": Rule(UA + "7.1", "没有 XMP 元数据", "there is no XMP metadata"),
    "06-002": Rule(UA + "5", "元数据没有 pdfuaid:part = 1", "the metadata lacks pdfuaid:part = 1"),
    "06-003": Rule(UA + "7.1", "元数据没有标题 dc:title", "the metadata has no dc:title"),
    "07-001": Rule(UA + "7.1", "没有要求窗口显示文件标题", "the title need not be shown (no DisplayDocTitle)"),
    "07-002": Rule(UA + "7.1", "DisplayDocTitle 为假", "DisplayDocTitle is false"),
    "09-004": Rule(UA + "7.2", "表格的结构不合语法", "a table is not built as the syntax requires"),
    "09-005": Rule(UA + "7.2", "列表的结构不合语法", "a list is not built as the syntax requires"),
    "10-001": Rule(UA + "7.2", "字符没有对应的 Unicode", "a character has no Unicode value"),
    "11-001": Rule(UA + "7.2", "文字的语言无法确定", "the language of texts is unknown or written wrongly"),
    "13-004": Rule(UA + "7.3", "图片没有替代文字", "a figure has no alternative text"),
    "14-002": Rule(UA + "7.4.2", "第一个标题不是一级标题", "the first heading is not H1"),
    "14-003": Rule(UA + "7.4.2", "标题跳级", "a level of headings is skipped"),
    "14-006": Rule(UA + "7.4.4", "一个节点有几个 H", "a node has more than one H"),
    "14-007": Rule(UA + "7.4.4", "同时使用 H 和分级标题", "both H and numbered headings are used"),
    "15-003": Rule(UA + "7.5", "表头没有范围（Scope）", "a header cell has no Scope"),
    "17-002": Rule(UA + "7.7", "公式没有替代文字", "a formula has no alternative text"),
    "19-003": Rule(UA + "7.9", "注释没有标识", "a note has no ID"),
    "19-004": Rule(UA + "7.9", "注释的标识重复", "the ID of a note is not unique"),
    "20-001": Rule(UA + "7.10", "可选内容的配置没有名称", "a configuration of optional content has no name"),
    "20-003": Rule(UA + "7.10", "可选内容的配置含有 AS", "a configuration of optional content has AS"),
    "21-001": Rule(UA + "7.11", "所附文件没有 F 或者 UF", "an embedded file lacks F or UF"),
    "25-001": Rule(UA + "7.15", "含有 XFA 表单", "it has an XFA form"),
    "26-001": Rule(UA + "7.16", "文件已加密", "the file is encrypted"),
    "28-002": Rule(UA + "7.18.1", "批注不在 Annot 结构之中", "an annotation is not in an Annot element"),
    "28-004": Rule(UA + "7.18.1", "批注没有说明", "an annotation has no description"),
    "28-005": Rule(UA + "7.18.1", "表单域没有说明（TU）", "a form field has no description (TU)"),
    "28-007": Rule(UA + "7.18.2", "含有 TrapNet 批注", "there is an annotation TrapNet"),
    "28-008": Rule(UA + "7.18.3", "有批注的页面没有 Tabs", "a page with annotations has no Tabs"),
    "28-009": Rule(UA + "7.18.3", "Tabs 不是 S", "Tabs is not S"),
    "28-010": Rule(UA + "7.18.4", "表单域不在 Form 结构之中", "a widget is not in a Form element"),
    "28-011": Rule(UA + "7.18.5", "链接不在 Link 结构之中", "a link is not in a Link element"),
    "28-012": Rule(UA + "7.18.5", "链接没有说明（Contents）", "a link has no description (Contents)"),
    "30-001": Rule(UA + "7.20", "含有引用型 XObject", "there is a reference XObject"),
    "30-002": Rule(UA + "7.20", "带标记的 XObject 用了几次", "an XObject with tagged content is used more than once"),
    "31-004": Rule(UA + "7.21.3.2", "CIDToGIDMap 的值不对", "CIDToGIDMap is neither a stream nor Identity"),
    "31-005": Rule(UA + "7.21.3.2", "字体没有 CIDToGIDMap", "a font has no CIDToGIDMap"),
    "31-009": Rule(UA + "7.21.4.1", "字体没有嵌入", "a font is not embedded"),
    "31-011": Rule(UA + "7.21.4.1", "嵌入的字体缺字形", "an embedded font lacks a glyph that is used"),
    "31-016": Rule(UA + "7.21.5", "字形宽度与字体不符", "the width of a glyph is not that of the font"),
    "31-027": Rule(UA + "7.21.7", "字体没有 ToUnicode", "a font has no ToUnicode"),
    "31-028": Rule(UA + "7.21.7", "ToUnicode 有 0", "ToUnicode has the value 0"),
    "31-029": Rule(UA + "7.21.7", "ToUnicode 有 U+FEFF 或者 U+FFFE", "ToUnicode has U+FEFF or U+FFFE"),
    "31-030": Rule(UA + "7.21.8", "用了 .notdef 字形", "the glyph .notdef is used"),
    "A-fonts": Rule(A + "6.2.11", "字体的种类不在本检查范围内", "a font is of a kind that is not read here"),
    "A-identifier": Rule(A + "6.6.4", "元数据没有标明 PDF/A-3a", "the metadata does not say PDF/A-3a"),
    "A-schema": Rule(A + "6.6.2.3", "元数据的命名空间没有说明", "the metadata has a namespace without description"),
    "A-intent": Rule(A + "6.2.3", "没有输出意图的色彩特性文件", "there is no output intent with a profile"),
    "A-actions": Rule(A + "6.5", "含有脚本或者动作", "there is a script or an action"),
    "A-widget": Rule(A + "6.3.2", "批注不能打印或者被隐藏", "an annotation is hidden or not printed"),
    "A-appearance": Rule(A + "6.3.3", "批注没有外观", "an annotation has no appearance"),
    "A-attached": Rule(A + "6.8", "所附文件没有关系或者类型", "an embedded file has no relationship or no type"),
    "A-tagged": Rule(A + "6.7.2", "文件没有标记结构", "the file is not tagged"),
    "A-trailer": Rule(A + "6.1.3", "文件没有标识", "the file has no identifier"),
    "A-picture": Rule(A + "6.2.8", "图片要求插值", "a picture asks for interpolation"),
    "P-tree": Rule(P + "14.7.4.4", "标记内容与结构树不符", "marked content and the tags do not agree"),
    "P-place": Rule(P + "14.8.5.4.3", "图片没有位置或者在页面以外", "a figure has no place, or one outside its page"),
    "P-identifiers": Rule(P + "14.7.2", "结构标识没有登记在 IDTree", "an identifier of an element is not in IDTree"),
    "P-broken": Rule(P + "7.5", "文件不能读取", "the file cannot be read"),
}

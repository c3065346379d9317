"""Every message about a value, in both languages: what is wrong, and what to do about it.

A message says what does not agree and never which value would be right (R-068).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ecrf.definition.model import Text

NOTHING: Mapping[str, str | Text] = MappingProxyType({})

# Codes of definition/items: the typed text cannot be stored.
_TYPED = {
    "number.format": (
        "This is not a number. Type digits with a decimal point, for example 36.5.",
        "不是数字。请输入数字，小数用小数点，例如 36.5。",
    ),
    "number.places": (
        "Too many decimals: at most {places} can be kept. Check the source and type it again.",
        "小数位数过多，最多 {places} 位。请核对原始记录后重新输入。",
    ),
    "number.digits": (
        "Too many digits: at most {digits} can be kept. Check the number.",
        "数字位数过多，最多 {digits} 位。请检查该数值。",
    ),
    "integer.format": (
        "This is not a whole number. Type digits only, without a decimal point.",
        "不是整数。请只输入数字，不带小数点。",
    ),
    "unit.unknown": (
        "This item cannot be entered in that unit. Choose one of: {units}.",
        "该项目不接受此单位。请选择：{units}。",
    ),
    "date.format": (
        "This is not a date. Type year, month and day, for example 20251019 or 2025-10-19.",
        "日期格式不对。请按年月日输入，例如 20251019 或 2025-10-19。",
    ),
    "date.impossible": (
        "This date is not in the calendar, or not between 1900 and 2199. Check it.",
        "日历中没有这一天，或年份不在 1900 至 2199 之间。请检查。",
    ),
    "date.incomplete": (
        "The complete date is needed here: year, month and day.",
        "此处需要完整日期：年、月、日。",
    ),
    "datetime.format": (
        "This is not a date with time. Type for example 20251019 0640.",
        "日期时间格式不对。请输入例如 20251019 0640。",
    ),
    "datetime.incomplete": (
        "The time is missing. Type date and time, for example 20251019 0640.",
        "缺少时间。请输入日期和时间，例如 20251019 0640。",
    ),
    "time.format": (
        "This is not a time. Type hours (00 to 23) and minutes, for example 0640.",
        "时间格式不对。请输入时（00 至 23）和分，例如 0640。",
    ),
    "code.unknown": (
        "This is none of the choices. Choose one from the list.",
        "不在选项之中。请从列表中选择。",
    ),
    "missing.not_allowed": (
        "That reason for having no value cannot be used here. Allowed: {codes}.",
        "此处不能使用该缺失原因。可用：{codes}。",
    ),
    "lab.format": (
        "This is not a laboratory result. Type a number, or < or > and a number.",
        "不是检验结果。请输入数字，或 < 或 > 加数字。",
    ),
    "lab.analyte": (
        "This test does not belong to the panel. Enter it under the right panel.",
        "该检测项目不属于此组合。请在相应的组合中录入。",
    ),
    "block.unknown": (
        "No test of this panel has this name. Enter it by hand if it belongs here.",
        "此组合中没有该名称的检测项目。如属于此处，请手工录入。",
    ),
    "block.two": (
        "Name and code in this line belong to two different tests. Check the line in the source.",
        "该行的名称与代码分属两个不同项目。请核对原始内容中的该行。",
    ),
    "block.twice": (
        "This test stands in the block twice, with different results. Check which one is right.",
        "该项目在粘贴内容中出现两次且结果不同。请核对。",
    ),
    "block.columns": (
        "This line has {given} columns, the others have {count}. Check the line in the source.",
        "该行有 {given} 列，其他行有 {count} 列。请核对原始内容中的该行。",
    ),
    "block.empty": (
        "There is no result in this line.",
        "该行没有结果。",
    ),
    "text.too_long": (
        "The text has {given} characters, at most {length} can be kept. Shorten it.",
        "文字共 {given} 个字符，最多保留 {length} 个。请缩短。",
    ),
    "text.pattern": (
        "The text holds characters that cannot be used here. Use only: {pattern}.",
        "含有此处不允许的字符。只能使用：{pattern}。",
    ),
    "text.characters": (
        "The text holds invisible control characters. Type it instead of pasting it.",
        "含有不可见的控制字符。请直接键入，不要粘贴。",
    ),
    "file.type": (
        "Files of this type cannot be attached, whatever their name says. Attach one of: {types}.",
        "无论文件名如何，不接受此类文件。请上传：{types}。",
    ),
    "file.large": (
        "The file has {size} MB, at most {limit} MB can be attached. Make it smaller, for example "
        "by scanning at a lower resolution.",
        "文件大小为 {size} MB，最多 {limit} MB。请缩小后重试，例如降低扫描分辨率。",
    ),
    "file.damaged": (
        "The file cannot be read as {type}: it is damaged or incomplete. Open it, save it anew and "
        "attach it again.",
        "该文件无法作为 {type} 读取：已损坏或不完整。请打开后重新保存，再次上传。",
    ),
    "file.protected": (
        "The PDF asks for a password. Save it without one and attach it again.",
        "该 PDF 设有密码。请另存为无密码文件后重新上传。",
    ),
    "file.unknown": (
        "This is no file that was attached for this subject. Attach the file again.",
        "该文件并非为此受试者上传。请重新上传。",
    ),
    "ref.unknown": (
        "There is no such record of this subject. Choose one of the list.",
        "该受试者无此记录。请从列表中选择。",
    ),
    "person.unknown": (
        "This is no user of the study. Choose a person from the list.",
        "不是本研究的用户。请从列表中选择。",
    ),
    "calculated.read_only": (
        "This value is calculated and cannot be typed. Change the values it is made of.",
        "此值由系统计算，不能录入。请修改其来源数值。",
    ),
    "item.read_only": (
        "This value is calculated and cannot be typed. Change the values it is made of.",
        "此值由系统计算，不能录入。请修改其来源数值。",
    ),
    "item.unknown": (
        "The form has no item {path}. Load the page again.",
        "表单中没有项目 {path}。请重新载入页面。",
    ),
}

# Codes of evaluate: the value can be read, and something is to be said about it.
_JUDGED = {
    "required": (
        "{label}: a value is needed to complete the form. Enter it, or choose why there is none.",
        "{label}：完成表单前必须填写。请录入，或选择缺失原因。",
    ),
    "hidden": (
        "{label} holds a value, but does not apply after the other answers. Clear it, or check "
        "those answers.",
        "{label}已有值，但按其他回答不适用。请清除该值，或核对其他回答。",
    ),
    "rows": (
        "{label}: more than {limit} rows. Strike out what was added by mistake.",
        "{label}：超过 {limit} 行。请作废误加的行。",
    ),
    "hard.min": (
        "{label} {value} is below {limit}, the lowest possible. Check and correct it.",
        "{label} {value} 低于可能的最小值 {limit}。请核对并更正。",
    ),
    "hard.max": (
        "{label} {value} is above {limit}, the highest possible. Check and correct it.",
        "{label} {value} 高于可能的最大值 {limit}。请核对并更正。",
    ),
    "soft.min": (
        "{label} {value} is unusual: below {limit}. Compare with the source; confirm it if it is "
        "the same.",
        "{label} {value} 不常见：低于 {limit}。请与原始记录核对；一致则确认。",
    ),
    "soft.max": (
        "{label} {value} is unusual: above {limit}. Compare with the source; confirm it if it is "
        "the same.",
        "{label} {value} 不常见：高于 {limit}。请与原始记录核对；一致则确认。",
    ),
    "hard.earliest": (
        "{label} {value} is before {limit}, the earliest possible. Check and correct it.",
        "{label} {value} 早于可能的最早时间 {limit}。请核对并更正。",
    ),
    "hard.latest": (
        "{label} {value} is after {limit}, the latest possible. Check and correct it.",
        "{label} {value} 晚于可能的最晚时间 {limit}。请核对并更正。",
    ),
    "soft.earliest": (
        "{label} {value} is unusual: before {limit}. Compare with the source; confirm it if it "
        "is the same.",
        "{label} {value} 不常见：早于 {limit}。请与原始记录核对；一致则确认。",
    ),
    "soft.latest": (
        "{label} {value} is unusual: after {limit}. Compare with the source; confirm it if it "
        "is the same.",
        "{label} {value} 不常见：晚于 {limit}。请与原始记录核对；一致则确认。",
    ),
    "personal": (
        "{label}: this looks like {what}. Take out whatever could tell who the person is; confirm "
        "it if it is something else.",
        "{label}：内容疑似{what}。请删除可识别个人身份的信息；若并非此类信息，请确认。",
    ),
    "range.no_laboratory": (
        "Results are kept without normal range, because the laboratory or the sampling date is "
        "not given. Enter them.",
        "未填写检测实验室或采样日期，结果已保存但无参考范围。请补充。",
    ),
    "range.no_list": (
        "Results are kept without normal range, because there is no list of ranges for this "
        "laboratory. Tell the data manager.",
        "该实验室尚无参考范围表，结果已保存但无参考范围。请告知数据管理员。",
    ),
    "range.no_subject": (
        "Results are kept without normal range, because the sex or the date of birth is not "
        "recorded. Enter them in the demographics form.",
        "未记录性别或出生日期，结果已保存但无参考范围。请在人口学表单中补充。",
    ),
    "range.none": (
        "{label}: kept without normal range, because the laboratory has none for this test, sex, "
        "age and date. Tell the data manager.",
        "{label}：该实验室没有适用于此项目、性别、年龄和日期的参考范围，已保存但无参考范围。请告知数据管理员。",
    ),
    "grade.imputed": (
        "{label} {value}: graded with half of the reported limit. The result is kept as reported.",
        "{label} {value}：按报告界值的一半分级。结果按报告原样保存。",
    ),
}

MESSAGES: Mapping[str, Text] = MappingProxyType(
    {code: Text(en=en, zh=zh) for code, (en, zh) in (_TYPED | _JUDGED).items()}
)


def render(code: str, params: Mapping[str, str | Text], language: str) -> str:
    """A message in one language. A parameter may itself be a text of both languages."""
    filled = {
        name: (value if isinstance(value, str) else value[language]) or "–"
        for name, value in params.items()
    }
    return MESSAGES[code][language].format_map(filled)


def message(code: str, params: Mapping[str, str | Text] = NOTHING) -> Text:
    """A message in both languages."""
    return Text(en=render(code, params, "en"), zh=render(code, params, "zh"))

"""Every fixed word of a printed form, in both languages.

Codes that the tables keep (roles, actions, reasons ...) are looked up with ``of``; a code nobody
listed is printed as it is, so that nothing is ever left out.
"""

from __future__ import annotations

from ecrf.outputs.casebook import Words

ROLES = {
    "coordinator": Words("Study coordinator", "研究协调员"),
    "investigator": Words("Investigator", "研究者"),
    "principal_investigator": Words("Principal investigator", "主要研究者"),
    "monitor": Words("Monitor", "监查员"),
    "data_manager": Words("Data manager", "数据管理员"),
    "regulatory": Words("Regulatory staff", "注册事务人员"),
    "study_builder": Words("Study builder", "研究构建人员"),
    "user_administrator": Words("User administrator", "用户管理员"),
    "inspector": Words("Inspector", "稽查/检查人员"),
    "system": Words("System", "系统"),
}

ACTIONS = {
    "item.enter": Words("First entry", "首次录入"),
    "item.change": Words("Changed", "更改"),
    "item.clear": Words("Cleared", "清空"),
    "row.strike": Words("Row struck out", "划除行"),
    "row.restore": Words("Row restored", "恢复行"),
    "record.strike": Words("Form struck out", "划除表单"),
    "form.part": Words("Form reopened", "表单重新打开"),
    "form.complete": Words("Form completed", "表单完成"),
    "check.confirm": Words("Check confirmed", "确认核查提示"),
    "query.open": Words("Query opened", "提出质疑"),
    "query.answer": Words("Query answered", "答复质疑"),
    "query.reopen": Words("Query reopened", "重新打开质疑"),
    "query.close": Words("Query closed", "关闭质疑"),
    "query.cancel": Words("Query cancelled", "撤销质疑"),
    "signature.sign": Words("Signed", "签署"),
    "signature.superseded": Words("Signature superseded", "签名被取代"),
    "review.sdv.verify": Words("Verified against source", "源数据核查通过"),
    "review.sdv.undo": Words("Source verification undone", "撤销源数据核查"),
    "review.sdv.reset": Words("Verify against source again", "须重新进行源数据核查"),
    "review.medical.verify": Words("Medically reviewed", "医学审核通过"),
    "review.medical.undo": Words("Medical review undone", "撤销医学审核"),
    "review.medical.reset": Words("Review medically again", "须重新进行医学审核"),
    "review.data.verify": Words("Data reviewed", "数据审核通过"),
    "review.data.undo": Words("Data review undone", "撤销数据审核"),
    "review.data.reset": Words("Review data again", "须重新进行数据审核"),
    "record.freeze": Words("Frozen", "冻结"),
    "record.unfreeze": Words("Unfrozen", "解冻"),
    "record.lock": Words("Locked", "锁定"),
    "record.unlock": Words("Unlocked", "解锁"),
}

REASONS = {
    "transcription": Words("Transcription error", "转录错误"),
    "new_information": Words("New information", "获得新信息"),
    "source_corrected": Words("Source corrected", "源数据已更正"),
    "other": Words("Other", "其他"),
}

MEANINGS = {
    "review": Words("Review and approval", "审核并批准"),
    "authorship": Words("Responsibility for the entries", "对录入内容负责"),
    "correction": Words("Review of corrected data", "对更正数据的审核"),
}

STATES = {
    "part": Words("In progress", "录入中"),
    "complete": Words("Complete", "已完成"),
    "open": Words("open", "待答复"),
    "answered": Words("answered", "已答复"),
    "reopened": Words("reopened", "重新打开"),
    "closed": Words("closed", "已关闭"),
    "cancelled": Words("cancelled", "已撤销"),
    "valid": Words("valid", "有效"),
    "superseded": Words("superseded", "已被取代"),
    "invalid": Words("INVALID", "无效"),
    "struck": Words("Struck out", "已划除"),
    "frozen": Words("Frozen", "已冻结"),
    "locked": Words("Locked", "已锁定"),
    "signed": Words("Signed", "已签名"),
    "unsigned": Words("Not signed", "未签名"),
}

MOVES = {
    "open": Words("Raised", "提出"),
    "answer": Words("Answered", "答复"),
    "reopen": Words("Reopened", "重新打开"),
    "close": Words("Closed", "关闭"),
    "cancel": Words("Cancelled", "撤销"),
}

KINDS = {
    "sdv": Words("Source data verification", "源数据核查"),
    "medical": Words("Medical review", "医学审核"),
    "data": Words("Data review", "数据审核"),
}

ACTS = {
    "verify": Words("verified", "通过"),
    "undo": Words("undone", "撤销"),
    "reset": Words("value changed, verify again", "数值已变更，须重新核查"),
}

FLAGS = {
    "LOW": Words("low", "偏低"),
    "HIGH": Words("high", "偏高"),
    "LL": Words("critically low", "危急低值"),
    "HH": Words("critically high", "危急高值"),
    "NORMAL": Words("normal", "正常"),
    "UNKNOWN": Words("no range", "无参考范围"),
}

# Short marks beside an answer; the legend explains each.
MARKS = {
    "changed": Words("changed", "已改"),
    "query": Words("query", "质疑"),
    "calculated": Words("calculated", "计算"),
    "sdv": Words("SDV", "源核"),
    "medical": Words("MED", "医审"),
    "data": Words("DATA", "数审"),
    "verify": Words("✓", "✓"),
    "undo": Words("–", "–"),
    "reset": Words("again", "重核"),
}

NOTICES = {
    "unsigned": Words(
        "NOT SIGNED. This is not a certified copy.",
        "未签名。本文件不是核证副本。",
    ),
    "superseded": Words(
        "SIGNATURE SUPERSEDED. The form changed after it was signed. This is not a certified copy.",
        "签名已被取代。表单在签名后发生更改。本文件不是核证副本。",
    ),
    "invalid": Words(
        "SIGNATURE INVALID. The record does not agree with what was signed. "
        "This is not a certified copy.",
        "签名无效。记录与签署内容不一致。本文件不是核证副本。",
    ),
    "unregistered": Words(
        "WORKING PRINT. Not in the register of copies. This is not a certified copy.",
        "工作打印件。未登记为副本。本文件不是核证副本。",
    ),
}

LEGEND = (
    (Words("Time", "时间"), Words(
        "Local time at the site with its offset from UTC, and UTC (ending in Z). Times come from "
        "the server. Clinical dates and times are printed as entered, never shifted.",
        "中心当地时间（附与UTC的时差）及UTC时间（以Z结尾），均取自服务器。临床日期和时间按录入原样打印，不作换算。",
    )),
    (Words("Answer (CODE)", "答案（代码）"), Words(
        "The decoded answer; in brackets the stored code or exact text where it differs.",
        "解码后的答案；括号内为存储的代码或与之不同的原始文本。",
    )),
    (Words("not entered", "未录入"), Words(
        "The item applies and nothing was entered.", "该项适用，但未录入任何内容。",
    )),
    (Words("not applicable by rule", "按规则不适用"), Words(
        "The skip rule printed beside it hides the item.", "所列跳转规则使该项不显示。",
    )),
    (MARKS["calculated"], Words(
        "Computed by the system from other items.", "由系统根据其他项目计算得出。",
    )),
    (MARKS["changed"], Words(
        "Changed after the first entry, so many times; see the audit trail.",
        "首次录入后更改的次数；详见稽查轨迹。",
    )),
    (MARKS["query"], Words(
        "Query with its number and state; see the queries.", "质疑编号及状态；详见质疑部分。",
    )),
    (Words("SDV, MED, DATA", "源核、医审、数审"), Words(
        "Source data verification, medical review, data review: ✓ done, – undone, "
        "“again” the value changed since.",
        "源数据核查、医学审核、数据审核：✓ 已完成，– 已撤销，“重核”表示其后数值已变更。",
    )),
    (Words("Struck through", "删除线"), Words(
        "Struck out with a reason; kept and readable.", "已注明原因划除；内容保留可读。",
    )),
    (Words("Version", "版本"), Words(
        "The number of the audit entry that produced a value.", "产生该数值的稽查轨迹条目编号。",
    )),
    (Words("[U+200B]", "[U+200B]"), Words(
        "A character that cannot be seen, printed as its Unicode number.",
        "不可见字符，以其Unicode编号打印。",
    )),
    (Words("Digest", "摘要"), Words(
        "SHA-256, hexadecimal. The audit trail is hash-chained: each entry's hash covers the one "
        "before it.",
        "SHA-256，十六进制。稽查轨迹为哈希链：每一条目的哈希值覆盖前一条目。",
    )),
)


def of(table: dict[str, Words], code: str) -> Words:
    """The words of a code; the code itself when nobody listed it."""
    return table.get(code) or Words(code, code)

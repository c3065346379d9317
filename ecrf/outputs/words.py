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
    "record.restore": Words("Form restored", "恢复表单"),
    "form.part": Words("Form reopened", "表单重新打开"),
    "form.complete": Words("Form completed", "表单完成"),
    "check.confirm": Words("Check confirmed", "确认核查提示"),
    "query.open": Words("Query opened", "提出质疑"),
    "query.answer": Words("Query answered", "答复质疑"),
    "query.reopen": Words("Query reopened", "重新打开质疑"),
    "query.close": Words("Query closed", "关闭质疑"),
    "query.cancel": Words("Query cancelled", "撤销质疑"),
    "signature.sign": Words("Signed", "签署"),
    "signature.reject": Words("Rejected, not signed", "退回，未签署"),
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
}

MOVES = {
    "open": Words("Raised", "提出"),
    "answer": Words("Answered", "答复"),
    "reopen": Words("Reopened", "重新打开"),
    "close": Words("Closed", "关闭"),
    "cancel": Words("Cancelled", "撤销"),
    "assign": Words("Assigned", "指派"),
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

# What an audit entry links to.
LINKS = {
    "by_entry": Words("by entry", "由条目"),
    "check": Words("check", "核查"),
    "digest": Words("digest", "摘要"),
    "meaning": Words("meaning", "含义"),
    "query": Words("query", "质疑"),
    "resolved_by": Words("resolved by entry", "由条目解决"),
    "signature": Words("signature", "签名"),
    "was": Words("was", "原状态"),
}

# Why a signature ended.
ENDS = {"superseded by change": Words("superseded by change", "因更改被取代")}
ROWS = {"deleted": Words("struck out", "已划除")}
WHOLE_FORM = Words("The form as a whole", "整张表单")
WHOLE_VISIT = Words("The visit as a whole", "整个访视")
NOT_STATED = Words("not stated", "未注明")

STANDINGS = {
    "signed": Words("Signed, signature valid", "已签名，签名有效"),
    "unsigned": Words("Not signed", "未签名"),
    "superseded": Words("Signature superseded by a change", "签名因更改被取代"),
    "invalid": Words("SIGNATURE INVALID", "签名无效"),
}

# The same in a list, where the column says what it is about.
SHORT_STANDINGS = {
    "signed": Words("signed", "已签名"),
    "unsigned": Words("not signed", "未签名"),
    "superseded": Words("signature superseded", "签名被取代"),
    "invalid": Words("SIGNATURE INVALID", "签名无效"),
}

# What an eligibility criterion came to, and all of them.
RESULTS = {
    "PASS": Words("Met", "符合"),
    "FAIL": Words("Not met", "不符合"),
    "UNDET": Words("Undetermined", "待定"),
    "NA": Words("Not applicable", "不适用"),
    "ELIGIBLE": Words("Eligible", "符合入选"),
    "INELIGIBLE": Words("Not eligible", "不符合入选"),
    "UNDETERMINED": Words("Undetermined", "待定"),
}

# To which queries a list is narrowed.
NARROWED = {
    "all": Words("All queries", "全部质疑"),
    "live": Words("Queries not settled", "未处理完的质疑"),
    "open": Words("Queries that wait for an answer", "待答复的质疑"),
    "answered": Words("Answered queries", "已答复的质疑"),
    "closed": Words("Closed queries", "已关闭的质疑"),
    "cancelled": Words("Cancelled queries", "已撤销的质疑"),
}

# What a copy says that it holds.
COUNTS = {
    "criteria": Words("criteria", "入选标准"),
    "subjects": Words("participants", "受试者"),
    "visits": Words("visits", "访视"),
    "forms": Words("forms", "表单"),
    "items": Words("items", "项目"),
    "audit": Words("audit entries", "稽查条目"),
    "signatures": Words("signatures", "签名"),
    "queries": Words("queries", "质疑"),
    "marks": Words("review marks", "核查标记"),
}

# What stands at the foot of every page of a volume.
CLAIMS = {
    "sealed": Words("sealed list", "加封清单"),
    "certified": Words("certified copy", "核证副本"),
    "partly": Words("not a certified copy", "非核证副本"),
    "unregistered": Words("working print", "工作打印件"),
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


def of(table: dict[str, Words], code: str) -> Words:
    """The words of a code; the code itself when nobody listed it."""
    return table.get(code) or Words(code, code)


def linked(name: str, value: str) -> Words:
    """What an audit entry links to; codes are decoded."""
    table = {"was": STATES, "meaning": MEANINGS}.get(name, {})
    return of(table, value)

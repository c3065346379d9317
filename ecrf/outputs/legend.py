"""What a print says about itself: the notice on every page, and the legend at the end."""

from __future__ import annotations

from ecrf.outputs.casebook import Words
from ecrf.outputs.words import MARKS

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
    "partly": Words(
        "NOT ALL FORMS ARE SIGNED. This is not a certified copy.",
        "未全部签名。本文件不是核证副本。",
    ),
    "unregistered": Words(
        "WORKING PRINT. Not in the register of copies. This is not a certified copy.",
        "工作打印件。未登记为副本。本文件不是核证副本。",
    ),
}

# How the decision of an eligibility sheet stands, and what is on its pages while it does not.
DECISIONS = {
    "signed": Words("Decision signed, signature valid", "结论已签名，签名有效"),
    "unsigned": Words("Decision not signed", "结论未签名"),
    "superseded": Words("Signature of the decision superseded", "结论的签名已被取代"),
    "invalid": Words("SIGNATURE OF THE DECISION INVALID", "结论的签名无效"),
}
UNDECIDED = {
    "unsigned": Words(
        "ELIGIBILITY IS NOT SIGNED. This is not a certified copy.",
        "入选结论未签名。本文件不是核证副本。",
    ),
    "superseded": Words(
        "SIGNATURE SUPERSEDED. A value changed after the decision was signed. "
        "This is not a certified copy.",
        "签名已被取代。结论签名后有数值发生更改。本文件不是核证副本。",
    ),
    "invalid": NOTICES["invalid"],
}

LEGEND = (
    (
        Words("Time", "时间"),
        Words(
            "Local time at the site with its offset from UTC, and UTC (ending in Z), both from the "
            "server. Clinical dates and times are printed as entered, never shifted.",
            "中心当地时间（附与UTC的时差）及UTC时间（以Z结尾），均取自服务器。临床日期和时间按录入原样打印，不作换算。",
        ),
    ),
    (
        Words("Answer (CODE)", "答案（代码）"),
        Words(
            "The decoded answer; in brackets the stored code or exact text where it differs.",
            "解码后的答案；括号内为存储的代码或与之不同的原始文本。",
        ),
    ),
    (
        Words("not entered", "未录入"),
        Words(
            "The item applies and nothing was entered.",
            "该项适用，但未录入任何内容。",
        ),
    ),
    (
        Words("not applicable by rule", "按规则不适用"),
        Words(
            "The skip rule printed beside it hides the item.",
            "所列跳转规则使该项不显示。",
        ),
    ),
    (
        MARKS["calculated"],
        Words(
            "Computed by the system from other items.",
            "由系统根据其他项目计算得出。",
        ),
    ),
    (
        MARKS["changed"],
        Words(
            "Changed after the first entry, so many times; see the audit trail.",
            "首次录入后更改的次数；详见稽查轨迹。",
        ),
    ),
    (
        MARKS["query"],
        Words(
            "Query with its number and state; see the queries.",
            "质疑编号及状态；详见质疑部分。",
        ),
    ),
    (
        Words("SDV, MED, DATA", "源核、医审、数审"),
        Words(
            "Source data verification, medical review, data review: ✓ done, – undone, "
            "“again” the value changed since.",
            "源数据核查、医学审核、数据审核：✓ 已完成，– 已撤销，“重核”表示其后数值已变更。",
        ),
    ),
    (
        Words("Struck through", "删除线"),
        Words(
            "Struck out with a reason; kept and readable.",
            "已注明原因划除；内容保留可读。",
        ),
    ),
    (
        Words("Version", "版本"),
        Words(
            "The number of the audit entry that produced a value.",
            "产生该数值的稽查轨迹条目编号。",
        ),
    ),
    (
        Words("[U+200B]", "[U+200B]"),
        Words(
            "A character that cannot be seen, printed as its Unicode number.",
            "不可见字符，以其Unicode编号打印。",
        ),
    ),
    (
        Words("Digest", "摘要"),
        Words(
            "SHA-256, hexadecimal. The audit trail is hash-chained: the hash of an entry covers "
            "the one before it.",
            "SHA-256，十六进制。稽查轨迹为哈希链：每一条目的哈希值覆盖前一条目。",
        ),
    ),
)

ELIGIBILITY = (
    LEGEND[0],
    (
        Words("Met, not met", "符合、不符合"),
        Words(
            "The criterion as the protocol words it, judged by the software from the stored values "
            "named as evidence. For an exclusion criterion, met means that nothing excludes.",
            "软件依据所列证据中的存储数值，按方案原文逐条判定。对于排除标准，“符合”指无排除情形。",
        ),
    ),
    (
        Words("Undetermined", "待定"),
        Words(
            "A value is missing, or known too roughly to judge. What is missing is never taken for "
            "normal.",
            "缺少数值，或数值精度不足以判定。缺失一律不视为正常。",
        ),
    ),
    (
        Words("Overall", "总体结论"),
        Words(
            "One criterion not met: not eligible. Else one undetermined: undetermined. Else "
            "eligible. There is no waiver.",
            "任一标准不符合：不符合入选；否则任一待定：待定；否则符合入选。不得豁免。",
        ),
    ),
    LEGEND[1],
    LEGEND[-1],
)

QUERIES = (
    LEGEND[0],
    LEGEND[1],
    (
        Words("Age, took", "已过、历时"),
        Words(
            "Whole days since the query was raised; of a settled one, the days it took.",
            "自提出起的整天数；已处理完的为所用天数。",
        ),
    ),
    (
        Words("#123", "#123"),
        Words(
            "The number of an entry of the audit trail; beside a value, of the entry that "
            "produced it.",
            "稽查轨迹的条目编号；数值旁为产生该数值的条目。",
        ),
    ),
)

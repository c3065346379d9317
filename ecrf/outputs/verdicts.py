"""The verdict on a file in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecrf.outputs.casebook import Words

if TYPE_CHECKING:
    from ecrf.outputs.verify import Verdict

_DETAILS = {
    ("seal", True): Words("The seal is intact.", "封印完整。"),
    ("seal", False): Words(
        "There is no intact seal: the file was altered, or is not a sealed copy.",
        "封印不完整：文件已被更改，或不是加封副本。",
    ),
    ("trust", True): Words("The seal was made by this deployment.", "封印由本系统部署签发。"),
    ("trust", False): Words(
        "The seal was made by somebody this check does not trust.",
        "封印由不受信任的一方签发。",
    ),
    ("coverage", True): Words("The seal covers the whole file.", "封印覆盖整个文件。"),
    ("coverage", False): Words("The seal does not cover the whole file.", "封印未覆盖整个文件。"),
    ("changes", True): Words("Nothing was added after sealing.", "加封后未添加任何内容。"),
    ("changes", False): Words("Something was added after sealing.", "加封后添加了内容。"),
    ("time", True): Words(
        "Its time is proven by a time-stamp authority.", "时间由时间戳机构证明。"
    ),
    ("time", False): Words("A time-stamp does not hold.", "时间戳无效。"),
    ("attachments", True): Words(
        "The embedded files agree with their digests.", "内嵌文件与其摘要一致。"
    ),
    ("attachments", False): Words(
        "The embedded files do not agree with their digests, or are missing.",
        "内嵌文件与其摘要不一致，或缺失。",
    ),
    ("bare", True): Words(
        "It is a copy to be submitted: no files are embedded.", "本文件为递交用副本：未内嵌文件。"
    ),
    ("register", True): Words("The register knows this file.", "登记册中有本文件。"),
    ("register", False): Words("The register does not know this file.", "登记册中无本文件。"),
}
_GOOD = Words("AUTHENTIC AND WHOLE", "真实且完整")
_OLD = Words("AUTHENTIC AND WHOLE, BUT SUPERSEDED", "真实且完整，但已被取代")
_BAD = Words("NOT VALID", "无效")
_SEALED = Words("Sealed by {signer} at {at}.", "由 {signer} 于 {at} 加封。")
_STAMPED = Words("It existed at {at}, by its time-stamp.", "时间戳证明其于 {at} 已存在。")
_COPY = Words(
    "It says: {what}, revision {revision}, copy {copy}.",
    "文件内容：{what}，修订 {revision}，副本 {copy}。",
)
_REGISTER = Words(
    "Register: copy {copy}, revision {revision}; the data are now at revision {current_revision}.",
    "登记册：副本 {copy}，修订 {revision}；数据现为修订 {current_revision}。",
)
_SCOPES = {
    "casebook": Words("casebook", "病例报告表册"),
    "eligibility": Words("eligibility sheet", "入选评估表"),
    "queries": Words("query list", "质疑清单"),
}
_REPLACED = Words("Replaced by copy {superseded_by}.", "已被副本 {superseded_by} 取代。")


def detail(name: str, ok: bool) -> Words:
    return _DETAILS[name, ok]


def lines(verdict: Verdict, language: str) -> list[str]:
    """The verdict as sentences, the conclusion first."""
    conclusion = _BAD if not verdict.ok else _OLD if verdict.superseded else _GOOD
    out = [conclusion[language], f"SHA-256 {verdict.sha256}"]
    for check in verdict.checks:
        mark = "OK" if check.ok else "!!"
        error = f" ({check.error})" if check.error else ""
        out.append(f"{mark} {check.detail[language]}{error}")
    if verdict.signer:
        text = _SEALED[language]
        out.append(text.format(signer=verdict.signer, at=verdict.sealed_at))
    if verdict.stamped_at:
        out.append(_STAMPED[language].format(at=verdict.stamped_at))
    if verdict.copy:
        out.append(_COPY[language].format(**_named(verdict.copy, language)))
    if verdict.register:
        out.append(_REGISTER[language].format(**verdict.register))
        if verdict.register.get("superseded_by"):
            out.append(_REPLACED[language].format(**verdict.register))
    return out


def _named(copy: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What a manifest says the file shows: as much of study, subject, visit, form as it names."""
    whom = "subject" if copy.get("subject") else "site"
    parts = [str(copy[key]) for key in ("study", whom, "event", "form") if copy.get(key)]
    if copy.get("scope") in _SCOPES:
        parts.append(_SCOPES[copy["scope"]][language])
    return {
        "what": ", ".join(parts),
        "revision": copy["revision"],
        "copy": (copy.get("copy") or {}).get("id", "–"),
    }

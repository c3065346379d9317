"""What a signature may mean, and the sentence the signer attests (R-024).

A text never changes: a new wording is a new version, and old signatures keep theirs verbatim.
"""

from __future__ import annotations

from ecrf.definition.model import Text

VERSION = 1

MEANINGS: dict[str, Text] = {
    "review": Text(en="Review and approval", zh="审核并批准"),
    "authorship": Text(en="Responsibility for the entries", zh="对录入内容负责"),
    "correction": Text(en="Review of corrected data", zh="对更正数据的审核"),
}

# For a visit or a milestone: what the list shows is what is attested.
OF_LISTS: dict[str, Text] = {
    "review": Text(
        en="I have reviewed every form of this list that the list says I sign. To my knowledge "
        "their data are accurate, complete, attributable to this subject and recorded at the time "
        "stated. This electronic signature is the legally binding equivalent of my handwritten "
        "signature.",
        zh="我已审核本清单中列为由我签署的每一张表单。据我所知，其数据准确、完整，归属于该受试者，并按"
        "所述时间记录。本电子签名与我的手写签名具有同等法律效力。",
    ),
    "correction": Text(
        en="I have reviewed what changed on the forms of this list since their last signature, "
        "with the reasons, and endorse the forms as they now stand. This electronic signature is "
        "the legally binding equivalent of my handwritten signature.",
        zh="我已审核本清单中各表单自上次签名以来的更改及其原因，并认可各表单现有内容。本电子签名与我的"
        "手写签名具有同等法律效力。",
    ),
}

ATTESTATIONS: dict[str, Text] = {
    "review": Text(
        en="I have reviewed every item of this form. To my knowledge the data are accurate, "
        "complete, attributable to this subject and recorded at the time stated. This electronic "
        "signature is the legally binding equivalent of my handwritten signature.",
        zh="我已审核本表单的每一项内容。据我所知，数据准确、完整，归属于该受试者，并按所述时间记录。"
        "本电子签名与我的手写签名具有同等法律效力。",
    ),
    "authorship": Text(
        en="The entries of this form were made by me or under my responsibility and agree with "
        "the source. This electronic signature is the legally binding equivalent of my "
        "handwritten signature.",
        zh="本表单的内容由我录入或在我负责下录入，并与源数据一致。本电子签名与我的手写签名具有同等"
        "法律效力。",
    ),
    "correction": Text(
        en="I have reviewed the items changed since the last signature, with their reasons, and "
        "endorse the form as it now stands. This electronic signature is the legally binding "
        "equivalent of my handwritten signature.",
        zh="我已审核自上次签名以来更改的项目及其原因，并认可表单现有内容。本电子签名与我的手写签名"
        "具有同等法律效力。",
    ),
}

"""Error pages: both languages at once, a reference number, no internals (S45)."""

from __future__ import annotations

import logging
import secrets
import traceback
from typing import Any

from flask import Flask, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ecrf.services.errors import FileLost, Forbidden, Invalid, Locked, NotFound
from ecrf.web import access

log = logging.getLogger(__name__)

# code -> (title, what to do) in English and Chinese
PAGES: dict[int, dict[str, tuple[str, str]]] = {
    400: {
        "en": ("This request cannot be read", "Go back, reload the page and try again."),
        "zh": ("无法读取该请求", "请返回，刷新页面后重试。"),
    },
    403: {
        "en": (
            "Your role does not allow this",
            "If your work needs it, ask the user administrator of the study for the role.",
        ),
        "zh": ("您的角色无权进行此操作", "如工作需要，请向研究的用户管理员申请相应角色。"),
    },
    404: {
        "en": ("There is nothing here", "Check the address, or start from the subject list."),
        "zh": ("此处没有内容", "请核对地址，或从受试者列表开始。"),
    },
    405: {
        "en": ("This cannot be done here", "Go back and use the buttons of the page."),
        "zh": ("此处不能这样操作", "请返回并使用页面上的按钮。"),
    },
    409: {
        "en": (
            "Somebody changed this in between",
            "Reload the page: it shows what is there now. What you typed is in your draft.",
        ),
        "zh": ("内容已被他人更改", "请刷新页面查看现有内容。您输入的内容保存在草稿中。"),
    },
    413: {
        "en": ("This is too large", "Send a smaller file or fewer values at once."),
        "zh": ("内容过大", "请发送较小的文件，或分次提交。"),
    },
    423: {
        "en": ("This is frozen or locked", "Ask data management to unlock it, with a reason."),
        "zh": ("内容已冻结或锁定", "如需更改，请说明原因并联系数据管理员解锁。"),
    },
    429: {
        "en": ("Too many requests", "Wait a minute, then try again."),
        "zh": ("请求过多", "请稍等一分钟后重试。"),
    },
    500: {
        "en": (
            "Something went wrong on our side",
            "What you typed is safe in your draft. Try again; if it happens again, tell the "
            "administrator the reference number.",
        ),
        "zh": (
            "系统发生错误",
            "您输入的内容已安全保存在草稿中。请重试；如再次出现，请将编号告知管理员。",
        ),
    },
    503: {
        "en": (
            "The system is busy",
            "What you typed is safe in your draft. Try again in a minute.",
        ),
        "zh": ("系统繁忙", "您输入的内容已安全保存在草稿中。请一分钟后重试。"),
    },
}
# (what, why) -> (status, title and what to do): a file of the store that cannot be given out
LOST: dict[tuple[str, str], tuple[int, dict[str, tuple[str, str]]]] = {
    ("attachment", "missing"): (
        410,
        {
            "en": (
                "The file is missing from the store",
                "It was attached, but is no longer where attached files are kept. Tell the "
                "administrator the reference number: the file has to be restored from a backup.",
            ),
            "zh": (
                "存储中缺少该文件",
                "该文件曾经上传，但已不在附件存储中。请将编号告知管理员，从备份中恢复。",
            ),
        },
    ),
    ("attachment", "changed"): (
        500,
        {
            "en": (
                "The file in the store was altered",
                "Its SHA-256 is not that of the file that was attached, so it is not given out. "
                "Tell the administrator the reference number: the file has to be restored from a "
                "backup.",
            ),
            "zh": (
                "存储中的文件已被更改",
                "其 SHA-256 与上传时不一致，因此不提供下载。请将编号告知管理员，从备份中恢复。",
            ),
        },
    ),
    ("copy", "missing"): (
        410,
        {
            "en": (
                "This sealed copy is missing from the store",
                "The register knows it, but its file is no longer where copies are kept. It is "
                "not made again, because that would be another file. Tell the administrator the "
                "reference number: the file has to be restored from a backup.",
            ),
            "zh": (
                "存储中缺少该加封副本",
                "登记册中有该副本，但其文件已不在副本存储中。系统不会重新生成，因为那将是另一份文件。"
                "请将编号告知管理员，从备份中恢复。",
            ),
        },
    ),
    ("copy", "changed"): (
        500,
        {
            "en": (
                "This sealed copy was altered in the store",
                "Its SHA-256 is not the one in the register of copies, so it is not given out. "
                "Tell the administrator the reference number: the file has to be restored from a "
                "backup.",
            ),
            "zh": (
                "存储中的加封副本已被更改",
                "其 SHA-256 与副本登记册不一致，因此不提供下载。请将编号告知管理员，从备份中恢复。",
            ),
        },
    ),
}
STOP = {"en": ". ", "zh": "。"}
KINDS: dict[type[Exception], int] = {Forbidden: 403, NotFound: 404, Locked: 423, Invalid: 400}


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(FileLost, _lost)
    app.register_error_handler(Exception, _unexpected)
    for kind in KINDS:
        app.register_error_handler(kind, _service)


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return page(error.code)


def _csrf(_error: CSRFError) -> Any:
    return page(400)


def _service(error: Exception) -> Any:
    if isinstance(error, Forbidden):
        access.note_refusal("role")
    return page(KINDS[type(error)])


def _busy(error: OperationalError) -> Any:
    return _logged(503, error)


def _unexpected(error: Exception) -> Any:
    return _logged(500, error)


def _lost(error: FileLost) -> Any:
    code, messages = LOST[error.what, error.why]
    return _logged(code, error, messages)


def _logged(code: int, error: Exception, messages: dict[str, tuple[str, str]] | None = None) -> Any:
    return page(code, noted(str(request.endpoint), error), messages)


def noted(where: str, error: Exception) -> str:
    """Log what went wrong; the reference under which the administrator finds it.

    Type and place are logged, never the message or the parameters: they could hold a value (R-152).
    """
    reference = secrets.token_hex(4).upper()
    frames = traceback.extract_tb(error.__traceback__)
    place = " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames[-6:]))
    log.error("%s %s %s %s", reference, where, type(error).__name__, place)
    return reference


def page(
    code: int, reference: str = "", messages: dict[str, tuple[str, str]] | None = None
) -> tuple[str | Response, int]:
    """The page of an error, or its JSON for a script."""
    if messages is None:
        code = code if code in PAGES else (500 if code >= 500 else 400)
        messages = PAGES[code]
    if request.is_json:
        told = {of: STOP[of].join(pair) for of, pair in messages.items()}
        return jsonify(error=code, reference=reference, message=told), code
    try:
        body = render_template(
            "errors/error.html", code=code, reference=reference, messages=messages
        )
    except Exception as error:  # noqa: BLE001 - an error page that fails must not fail again
        log.error("%s the error page failed: %s", reference, type(error).__name__)
        return Response(_plain(messages, reference), mimetype="text/plain"), code
    return body, code


def _plain(messages: dict[str, tuple[str, str]], reference: str) -> str:
    """The page in words alone, for when even templates do not work."""
    told = [f"{title}. {text}" for title, text in messages.values()]
    return "\n".join([*told, reference])

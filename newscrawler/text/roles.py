"""The roles in which people make an article, and the words that pages print for them."""

from __future__ import annotations

import re
from enum import StrEnum


class Role(StrEnum):
    """What a person or unit did; the value is the word in the archive."""

    REPORTER = "记者"
    CORRESPONDENT = "通讯员"
    AUTHOR = "作者"
    COMMENTATOR = "评论员"
    INTERN = "实习生"
    TEXT = "文"
    CONTRIBUTOR = "供稿"
    SENDER = "供稿单位"
    COMPILER = "编译"
    EDITOR = "编辑"
    CHIEF_EDITOR = "主编"
    PROOFREADER = "校对"
    REVIEWER = "审核"
    FIRST_REVIEWER = "初审"
    SECOND_REVIEWER = "复审"
    FINAL_REVIEWER = "终审"
    SUPERVISOR = "监制"
    PRODUCER = "出品"
    PLANNER = "策划"
    COORDINATOR = "统筹"
    PHOTOGRAPHER = "摄影"
    PICTURE = "图"
    VIDEO = "视频"
    DESIGNER = "美编"
    LAYOUT = "排版"
    SELECTOR = "选稿"
    DIRECTOR = "编导"
    DUTY_MANAGER = "值班主任"
    TRANSLATOR = "翻译"
    PRESENTER = "主播"
    RELEASER = "签发"


EDITOR_ROLES: frozenset[str] = frozenset({Role.EDITOR})
"""Roles that enter the `editors` column: 编辑, 责编, 责任编辑 and their kinds.

Proofreaders, reviewers and supervisors do not: they are responsible for the text, but did not edit it.
"""

AUTHOR_ROLES: frozenset[str] = frozenset(
    {
        Role.REPORTER,
        Role.CORRESPONDENT,
        Role.AUTHOR,
        Role.COMMENTATOR,
        Role.INTERN,
        Role.TEXT,
        Role.CONTRIBUTOR,
        Role.COMPILER,
    }
)
"""Roles that enter the `authors` column: who wrote the text. Photographers are in the credits only."""

MAKERS = frozenset({Role.TEXT, Role.PICTURE, Role.PHOTOGRAPHER, Role.VIDEO})
PHOTOGRAPHERS = MAKERS - {Role.TEXT}
REPORTERS = frozenset({Role.REPORTER, Role.COMMENTATOR, Role.INTERN})
POSITIONS = REPORTERS | {Role.CORRESPONDENT, Role.EDITOR}
"""Roles whose words also say what a person is, whatever he did: 图：本报记者 何田."""

# 责编, 责任编辑, 值班编辑 and the like are one role: portals use them for the same task, and a credit's `raw`
# keeps the word.
_WORDS: dict[Role, str] = {
    Role.REPORTER: "记者 采写 采访 报道 reporter reporters",
    Role.CORRESPONDENT: "通讯员 通信员 报道员",
    Role.AUTHOR: "作者 原作者 撰文 撰稿 撰稿人 执笔 执笔人 拟稿 拟稿人 署名 文案 author authors writer by",
    Role.COMMENTATOR: "评论员 特约评论员",
    Role.INTERN: "实习生 见习生",
    Role.TEXT: "文 文字",
    Role.CONTRIBUTOR: "供稿 供稿人 供稿单位 供稿部门 来稿 来稿单位 投稿 投稿人 报送单位 撰稿单位",
    Role.COMPILER: "编译",
    Role.EDITOR: (
        "编辑 责编 责任编辑 值班编辑 网络编辑 网编 本期编辑 本版编辑 执行编辑 文字编辑 新媒体编辑"
        " 内容编辑 实习编辑 见习编辑 首席编辑 栏目编辑 页面编辑 编发 小编 编审编辑 编 editor editors"
    ),
    Role.CHIEF_EDITOR: (
        "主编 总编辑 总编 值班总编 值班总编辑 副总编辑 执行主编 责任主编 值班主编 副主编 值班编委 编委"
    ),
    Role.PROOFREADER: "校对 校 责任校对 责校 校审 值班校对 一校 二校",
    Role.REVIEWER: ("审核 审 审核人 审稿 审稿人 审读 审校 核稿 审签 编审 责任审核 审定 内容审核 审查 二审 二审人 复核"),
    Role.FIRST_REVIEWER: "初审 一审 初审人 一审人 初核",
    Role.SECOND_REVIEWER: "复审 复审人",
    Role.FINAL_REVIEWER: "终审 三审 终审人 三审人 终核",
    Role.SUPERVISOR: "监制 总监制 监审 值班监制 执行监制 总监",
    Role.PRODUCER: "出品 出品人 总出品 出品单位 制片 制片人 制作 制作人 总制片人",
    Role.PLANNER: "策划 总策划 策划人",
    Role.COORDINATOR: "统筹 总统筹 统稿 责任统筹",
    Role.PHOTOGRAPHER: "摄影 摄 摄影记者 图片记者 摄影师 拍摄 摄像",
    Role.PICTURE: "图 图片 配图 供图 绘图 插图 漫画 制图",
    Role.VIDEO: "视频 视频记者 剪辑 视频剪辑 视频编辑",
    Role.DESIGNER: "美编 美术编辑 设计 视觉 视觉设计 图编 图片编辑 海报 海报设计 美工",
    Role.LAYOUT: "排版 版面 版面编辑 组版 版式",
    Role.SELECTOR: "选稿 荐稿 选编 摘编",
    Role.DIRECTOR: "编导 导演 导播",
    Role.DUTY_MANAGER: "值班主任 值班领导 当班主任 带班领导",
    Role.TRANSLATOR: "翻译 译者 译",
    Role.PRESENTER: "主播 主持 主持人 播音 配音 朗读 出镜",
    Role.RELEASER: "签发 签发人 发布人 发布者 发布员 上传 上传人 上传者 录入 录入人 录入者 录入员 发稿",
}
ROLES_OF_WORD: dict[str, tuple[Role, ...]] = {word: (role,) for role, words in _WORDS.items() for word in words.split()}
ROLES_OF_WORD |= {
    "文图": (Role.TEXT, Role.PICTURE),
    "图文": (Role.TEXT, Role.PICTURE),
    "文并摄": (Role.TEXT, Role.PHOTOGRAPHER),
    "文并图": (Role.TEXT, Role.PICTURE),
    "摄影报道": (Role.TEXT, Role.PHOTOGRAPHER),
    "采编": (Role.REPORTER, Role.EDITOR),
}
# Words of one character, and words that are also ordinary words, are labels only if they stand alone.
ALONE = frozenset(
    re.findall(r"\w+", "文 图 摄 译 编 审 校 报道 采访 视频 图片 供图 文字 制作 设计 视觉 拍摄 上传 总监 主持")
)

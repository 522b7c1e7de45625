"""What an answer says about itself, held against the answer that brought the first entries."""

from __future__ import annotations

import pytest

from newscrawler.listings.answers import (
    UNKNOWN,
    answer_of_data,
    answer_of_markup,
    breaks_off,
    doubtful_message,
    failure,
)


@pytest.mark.parametrize(
    ("first", "later", "said"),
    [
        (
            {"code": 0, "data": [{}]},
            {"code": 500, "msg": "系统忙", "data": []},
            "answers code = 500, and says '系统忙'",
        ),
        ({"success": True, "list": [{}]}, {"success": False, "list": []}, "answers success = False"),
        ({"ret": 0}, {"ret": -1}, "answers ret = -1"),
        ({"flag": "S"}, {"flag": "F"}, "answers flag = F"),
        ({"errno": 0}, {"errno": 10002, "errmsg": "too often"}, "answers errno = 10002, and says 'too often'"),
        ({"status": "ok"}, {"status": "error", "data": None}, "answers status = error"),
        ({"data": [{}]}, {"code": 401, "data": []}, "answers code = 401"),
        ({}, {"success": False}, "answers success = False"),
        # What is the same as before, or was never said, is no failure.
        ({"code": 200}, {"code": 200, "data": []}, ""),
        ({"data": [{}]}, {"code": 0, "data": []}, ""),
        ({}, {"total": 500, "data": []}, ""),
        ({"data": {"code": 0}}, {"data": {"code": 500}}, ""),
    ],
)
def test_a_status_that_changed_is_a_failure(first: object, later: object, said: str) -> None:
    assert failure(answer_of_data(later), answer_of_data(first)) == said


def test_a_list_has_no_status() -> None:
    assert answer_of_data([{"code": 500}]) == UNKNOWN


@pytest.mark.parametrize(
    ("message", "told"),
    [("请在客户端查看", "请在客户端查看"), ("没有更多数据", ""), ("暂无数据", ""), ("no more", ""), ("ok", "")],
)
def test_a_new_message_raises_a_doubt_unless_it_says_that_there_is_no_more(message: str, told: str) -> None:
    first = answer_of_data({"code": 0, "message": "ok"})
    assert doubtful_message(answer_of_data({"code": 0, "message": message}), first) == told


def test_a_page_breaks_off_if_the_first_one_has_an_end() -> None:
    whole, cut = answer_of_markup(b"<html><body>1</body></HTML>"), answer_of_markup(b"<html><body>1")
    assert "no </html>" in breaks_off(cut, whole)
    part = answer_of_markup(b"<li>1</li>")
    assert not any([breaks_off(whole, whole), breaks_off(cut, cut), breaks_off(whole, cut), breaks_off(part, whole)])


@pytest.mark.parametrize(
    "text",
    [
        "<b>Fatal error</b>:  Allowed memory size of 134217728 bytes exhausted",
        "ADODB.Field 错误 '800a0bcd' BOF 或 EOF 中有一个是真",
        "java.sql.SQLException: Connection timed out",
        "System.Data.SqlClient.SqlException: Timeout expired",
        "ORA-12541: no listener",
    ],
)
def test_an_error_of_the_server_is_a_failure_with_entries_and_without(text: str) -> None:
    answer = answer_of_markup(f"<html><body><ul><li>1</li></ul>{text}</body></html>".encode("gb18030"))
    assert "error of its server" in breaks_off(answer, answer) and "error of its server" in failure(answer, UNKNOWN)


@pytest.mark.parametrize("text", ["致命错误导致停电", "java.util.List", "System.out", "ORA-12", "订单号 '80000001234'"])
def test_words_of_programs_are_no_error(text: str) -> None:
    answer = answer_of_markup(f"<html><body>{text}</body></html>".encode())
    assert breaks_off(answer, answer) == failure(answer, answer) == ""

"""Source SQL becomes the engine's text, once."""

import pytest

from hubbub.core.db.statement import is_read, render


def rendered(source: str, parameter: str = "%s") -> str:
    return render(source, parameter=parameter, words={"greatest": "GREATEST"}, table=str.upper)


def test_tables_words_and_parameters_are_replaced() -> None:
    text = rendered("UPDATE {posts} SET n = {greatest}(n, ?) WHERE id = ?")

    assert text == "UPDATE POSTS SET n = GREATEST(n, %s) WHERE id = %s"


def test_a_text_in_quotes_keeps_its_question_marks_and_braces() -> None:
    assert rendered("SELECT '{posts} it''s ?' WHERE a = ?") == "SELECT '{posts} it''s ?' WHERE a = %s"


def test_a_comment_is_left_alone() -> None:
    assert rendered("SELECT 1 -- why?\n, ? /* {what}? */") == "SELECT 1 -- why?\n, %s /* {what}? */"


def test_percent_signs_are_doubled_for_drivers_that_format() -> None:
    assert rendered("SELECT n % 2, 'a%'") == "SELECT n %% 2, 'a%%'"


def test_percent_signs_stay_where_the_parameter_is_a_question_mark() -> None:
    assert rendered("SELECT n % 2, '100%'", parameter="?") == "SELECT n % 2, '100%'"


def test_a_doubled_question_mark_is_an_operator() -> None:
    assert rendered("SELECT props ?? 'key' FROM {posts}") == "SELECT props ? 'key' FROM POSTS"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "  (select a from t)",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "SELECT 'DELETE' FROM t",
        "SELECT updateat, deleteat FROM t",
    ],
)
def test_a_query_reads(sql: str) -> None:
    assert is_read(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES (1)",
        "WITH x AS (DELETE FROM t RETURNING id) SELECT * FROM x",
        "SELECT a FROM t FOR UPDATE",
        "SELECT pg_try_advisory_lock(1)",
        "PRAGMA user_version = 3",
        "update t set a = 1 returning a",
    ],
)
def test_what_may_change_something_does_not_count_as_a_read(sql: str) -> None:
    assert not is_read(sql)

"""The private server that other tests rest on."""

import signal

import pytest
from needs import REQUIRE
from postgres import serving


def test_it_answers_is_durable_and_listens_to_nobody_outside(postgres):
    settings = postgres.sql("select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('listen_addresses')")
    assert settings == "on|on|"


def test_each_database_is_new(postgres):
    one, other = postgres.database(), postgres.database()
    assert one != other
    assert postgres.sql("select count(*) from pg_class where relnamespace = 'public'::regnamespace", one.partition("///")[2].partition("?")[0]) == "0"


def test_it_comes_back_from_a_power_cut_with_what_was_committed(postgres):
    name = postgres.database().partition("///")[2].partition("?")[0]
    postgres.sql("create table kept (n int); insert into kept values (7)", name)
    postgres.stop(signal.SIGQUIT)
    postgres.start()
    assert postgres.sql("select n from kept", name) == "7"


def test_without_a_server_tests_are_skipped_by_name_of_the_package_unless_it_is_required(monkeypatch):
    monkeypatch.setattr("postgres.binaries", lambda: None)
    monkeypatch.delenv(REQUIRE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="Debian's package postgresql"):
        next(serving())
    monkeypatch.setenv(REQUIRE, "spark,postgresql")
    with pytest.raises(pytest.fail.Exception, match="Debian's package postgresql"):
        next(serving())

"""The broker that is a folder: in order, each message to one reader, never half a message."""

from __future__ import annotations

import threading
from queue import Empty

import pytest
from kombu import Connection

from jobs.app import app


@pytest.fixture
def channels(tmp_path):
    assert app.conf.broker_url
    connections = [Connection("folder://", transport_options={"folder": str(tmp_path)}) for _ in range(2)]
    yield [connection.channel() for connection in connections]
    for connection in connections:
        connection.release()


def test_messages_come_in_the_order_they_were_put(channels):
    first, second = channels
    for number in range(20):
        (first if number % 2 else second)._put("motcua", {"number": number})
    assert [first._get("motcua")["number"] for _ in range(20)] == list(range(20))
    with pytest.raises(Empty):
        second._get("motcua")


def test_each_message_goes_to_one_reader(channels):
    for number in range(200):
        channels[0]._put("motcua", {"number": number})
    taken: list[int] = []

    def read(channel) -> None:
        while True:
            try:
                taken.append(channel._get("motcua")["number"])
            except Empty:
                return

    readers = [threading.Thread(target=read, args=(channel,)) for channel in channels]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sorted(taken) == list(range(200))


def test_a_half_written_message_is_not_seen(channels, tmp_path):
    (tmp_path / "00000000000000000001-1-000000.motcua.new").write_text('{"number":')
    with pytest.raises(Empty):
        channels[0]._get("motcua")

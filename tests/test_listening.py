"""The socket that ``serve`` listens on."""

import socket

from api.commands.serving import listening


def test_a_small_packet_of_an_answer_waits_for_no_acknowledgement():
    with listening("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

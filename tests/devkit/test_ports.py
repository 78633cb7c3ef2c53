import socket

from devkit import ports


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind((ports.LOOPBACK, 0))
        taken.listen()
        number = taken.getsockname()[1]

        assert not ports.is_free(number)
        assert ports.choose(number) != number


def test_the_first_free_wish_is_granted():
    free = ports.choose()

    assert ports.choose(None, free) == free

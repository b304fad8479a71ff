"""The errors that a person sees: one sentence each, with the exit status that belongs to it.

AsrgateError
├── UsageError            2  a wrong option, configuration file, audio file or manifest
├── EndpointUnreachable   3  no WebSocket session could be opened; says which step failed
└── InvalidRun            4  the run itself cannot be trusted
"""

from enum import StrEnum


class AsrgateError(Exception):
    """An error whose text is meant for the person at the terminal."""

    exit_status = 1


class UsageError(AsrgateError):
    """Wrong use: the message names the option or file, what came and what is expected."""

    exit_status = 2


class ConnectStep(StrEnum):
    """The steps from a URL to an open WebSocket session, in their order."""

    NAME = "name"
    PROXY = "proxy"
    TCP = "TCP"
    TLS = "TLS"
    HTTP = "HTTP"
    WEBSOCKET = "WebSocket"


class EndpointUnreachable(AsrgateError):
    """No session could be opened; `step` says how far the connection got."""

    exit_status = 3

    def __init__(self, step: ConnectStep, message: str) -> None:
        super().__init__(message)
        self.step = step


class InvalidRun(AsrgateError):
    """The run itself is not valid, so that no verdict may be read from it."""

    exit_status = 4

"""What the Locust file asks for beyond Locust's own options, and what the answers mean.

Locust passes them on from a master to its workers as they were written: texts and numbers.
"""

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from asrgate.errors import AsrgateError
from asrgate.load.abuse import INGREDIENTS, abuse_of
from asrgate.load.engine import ENDPOINT_VARIABLE, endpoint_of_worker
from asrgate.load.habits import Habits
from asrgate.load.shapes import Shape, lengths_of, shape_of
from asrgate.wire.dialects import DIALECTS, FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.tls import client_context


def add_options(parser: ArgumentParser) -> None:
    """What speech users need to know beyond Locust's own options."""
    add: Callable[..., Any] = parser.add_argument
    hidden = {"include_in_web_ui": False}
    add("--dialect", choices=list(DIALECTS), default=FUNASR_2PASS.name, help="dialect of the server")
    add("--mode", choices=["2pass", "online", "offline"], default="2pass", help="mode to ask for")
    add("--insecure", action="store_true", help="accept any TLS certificate")
    add("--ca", metavar="FILE", help="certificate authority to verify the server by")
    add("--clips", metavar="DIR", help="folder of clips; the bundled ones if not given")
    add("--speak", default="plain", metavar="TAG", help="tag of the clips that are spoken")
    add("--traces", metavar="DIR", help="folder that gets the trace of each call", **hidden)
    add(
        "--traces-only",
        action="store_true",
        help="leave Locust's statistics empty, which costs less",
        **hidden,
    )
    add("--pace", choices=["real", "max"], default="real", help="that of speech, or as fast as is taken")
    add("--pause", type=float, default=1.0, help="seconds between the calls of one caller")
    add("--starts", choices=["staggered", "synchronised"], default="staggered", help="when callers begin")
    add("--speech-ratio", type=float, default=1.0, help="share of a call in which somebody speaks")
    add("--pauses", choices=["idle", "silence"], default="idle", help="what is sent while nobody speaks")
    add("--lengths", type=_checked(lengths_of), metavar="LENGTHS", help="of calls, like exponential:90s")
    add(
        "--shape",
        type=_checked(shape_of),
        metavar="STAGES",
        help="like '10 for 1m, 20 in 5s for 1m'",
        **hidden,
    )
    add("--calls-per-hour", type=float, metavar="N", help="calls that arrive on their own", **hidden)
    add(
        "--abuse",
        action="append",
        default=[],
        type=_checked(lambda text: abuse_of([text])),
        metavar="NAME=N",
        help=f"callers that misbehave: {', '.join(INGREDIENTS)}",
        **hidden,
    )
    add(
        "--long-sessions",
        type=int,
        default=0,
        metavar="N",
        help="callers who never pause for an end",
        **hidden,
    )


def endpoint_asked_for(url: str, options: Namespace) -> Endpoint:
    """The endpoint that a command named, or else Locust's own host.

    Raises:
        UsageError: it is no endpoint, or its certificate authority cannot be used.
    """
    told = os.environ.get(ENDPOINT_VARIABLE)
    if told is not None:
        return endpoint_of_worker(told)
    ca_file = Path(options.ca) if options.ca else None
    endpoint = Endpoint(url=url, insecure=options.insecure, ca_file=ca_file)
    if endpoint.secure:
        client_context(ca_file, verify=not endpoint.insecure)
    return endpoint


def habits_asked_for(options: Namespace) -> Habits:
    """How callers shall behave."""
    return Habits(
        pause_s=options.pause,
        starts=options.starts,
        speech_ratio=options.speech_ratio,
        pauses=options.pauses,
        lengths=lengths_of(options.lengths) if options.lengths else None,
    )


def shape_asked_for(options: Namespace) -> Shape | None:
    """How many callers there shall be at which time, None where Locust is told by -u and -r."""
    if options.shape is None:
        return None
    return replace(shape_of(options.shape), calls_per_hour=options.calls_per_hour)


def _checked(read: Callable[[str], object]) -> Callable[[str], str]:
    """Text that can be read so; it goes to the workers as it was written."""

    def check(text: str) -> str:
        try:
            read(text)
        except AsrgateError as error:
            raise ArgumentTypeError(str(error)) from error
        return text

    return check

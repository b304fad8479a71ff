"""Callers on real sockets, with the embedded endpoint behind a fault: what trials are made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import gevent

from asrgate.faults.catalogue import fault_named
from asrgate.faults.proxy import proxied
from asrgate.load.call import call
from asrgate.load.figures import Figures, figures_of
from asrgate.load.metronome import Metronome
from asrgate.load.speech import own_speech
from asrgate.load.trace import trace_of
from asrgate.load.watermark import own_digits
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import opening

CLIPS = own_digits()
ALONE = {clip.id: f"{clip.written[0]}。" for clip in CLIPS.clips}


@contextmanager
def broken(endpoint: Endpoint, fault: str) -> Iterator[Endpoint]:
    """The endpoint behind a proxy with a fault."""
    with proxied(endpoint, fault_named(fault).breaks(FUNASR_2PASS)) as url:
        yield Endpoint(url=url)


def called(endpoint: Endpoint, callers: int, *, first: int = 1, paced: bool = True) -> list[Figures]:
    """The figures of callers who call at the same time, one call each, from the number of the `first` on."""
    metronome = Metronome()
    greenlets = [
        gevent.spawn(
            call,
            number,
            replace(own_speech(number), paced=paced),
            opening(wav_name=f"caller-{number}"),
            endpoint=endpoint,
            dialect=FUNASR_2PASS,
            metronome=metronome,
        )
        for number in range(first, first + callers)
    ]
    try:
        done = [greenlet.get(timeout=120) for greenlet in greenlets]
    finally:
        metronome.stop()
    traces = [trace_of(each, worker="1", mode="2pass", dialect=FUNASR_2PASS.name) for each in done]
    return [figures_of(trace, CLIPS, ALONE) for trace in traces]

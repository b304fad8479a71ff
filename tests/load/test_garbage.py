"""What calls leave behind: nothing that only a search for cyclic garbage would find."""

import gc
from collections.abc import Iterator

import gevent
import pytest
from websockets.client import ClientProtocol

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.load.call import call
from asrgate.load.garbage import search_young_objects_only
from asrgate.load.line import Line
from asrgate.load.metronome import Metronome
from asrgate.load.speech import speech_of
from asrgate.reference.embedded import embedded_endpoint
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import opening

from .test_call import Leaver, serving

CLIPS = load_clips(bundled_clips_directory())
SHORTEST = min(CLIPS.tagged("plain"), key=lambda clip: clip.duration_ms)


@pytest.fixture
def no_search() -> Iterator[None]:
    """Python frees only what nothing refers to."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def lines_left() -> int:
    """How many lines or their protocols are still in memory."""
    return sum(type(thing) in (Line, ClientProtocol) for thing in gc.get_objects())


def make_a_call(url: str) -> str | None:
    """Make one, and forget all of it but what went wrong."""
    metronome = Metronome()
    done = gevent.spawn(
        call,
        1,
        speech_of(SHORTEST, CLIPS),
        opening(wav_name="x"),
        endpoint=Endpoint(url=url),
        dialect=FUNASR_2PASS,
        metronome=metronome,
    ).get(timeout=60)
    metronome.stop()
    return done.error


def test_a_call_leaves_nothing_to_be_searched_for(no_search: None) -> None:
    """A call that ended well, and one that was cut off, are freed as soon as they are over."""
    before = lines_left()
    with embedded_endpoint("funasr-2pass") as embedded:
        assert make_a_call(embedded.url) is None
    with serving(Leaver()) as url:
        assert make_a_call(url) == "closed early"
    gevent.sleep(0)
    assert lines_left() == before


def test_what_is_old_is_not_searched_again() -> None:
    """From then on the collector leaves alone what is there, and looks at what is new."""
    thresholds = gc.get_threshold()
    try:
        search_young_objects_only()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] == thresholds[0]
        assert gc.get_threshold()[2] > 1_000_000
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)

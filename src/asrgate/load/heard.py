"""What one call heard: its text and its times in ms, each from the instant that was planned."""

from collections.abc import Iterable

from asrgate.audio.clips import Clip
from asrgate.load.lag import lags, slope_ms_per_s
from asrgate.load.trace import Trace
from asrgate.wire.dialects import Dialect, dialect_named, transcript
from asrgate.wire.messages import NotAReply, Reply, parse_reply


class Heard:
    """What one call heard, and when. Each time is None where there is nothing to count from."""

    def __init__(self, trace: Trace, clip: Clip) -> None:
        self.trace = trace
        self.dialect: Dialect = dialect_named(trace.dialect)
        self._clip = clip
        self._replies = list(_parsed(trace))
        measured = lags(trace, clip, self.dialect) if trace.paced else ()
        self.lags_ms = [lag.behind_ms for lag in measured]
        self.lag_slope = slope_ms_per_s(measured)

    @property
    def connect_ms(self) -> float | None:
        """TCP, TLS and upgrade."""
        return None if self.trace.opening is None else self.trace.opening.total_ms

    @property
    def text(self) -> str:
        """All recognised text, as received."""
        return transcript(self.dialect, (reply for _, reply in self._replies))

    @property
    def partial_text(self) -> str:
        """The partials in one row, apart where each repeats the one before it."""
        between = " " if self.dialect.tells == "everything" else ""
        return between.join(reply.text_or_empty for _, reply in self._replies if self._is_partial(reply))

    @property
    def partials(self) -> int:
        """How many partials had text."""
        return sum(self._is_partial(reply) for _, reply in self._replies)

    @property
    def first_partial_ms(self) -> float | None:
        """The first partial with text, from the onset of speech that the clip's facts give."""
        onset_ms = self._clip.speech_start_ms
        if onset_ms is None or not self.trace.paced:
            return None
        first_ms = self.first_partial_from_audio_ms
        return None if first_ms is None else first_ms - onset_ms

    @property
    def first_partial_from_audio_ms(self) -> float | None:
        """The first partial with text, from the first sample of audio."""
        return next((at_ms for at_ms, reply in self._replies if self._is_partial(reply)), None)

    @property
    def sentence_ms(self) -> float | None:
        """The last sentence with text, from the true end of speech."""
        end_ms = self._clip.speech_end_ms
        if end_ms is None or not self.trace.paced:
            return None
        last = [at for at, r in self._replies if self.dialect.is_sentence(r) and r.text_or_empty]
        return last[-1] - end_ms if last else None

    @property
    def final_ms(self) -> float | None:
        """The terminating message, from the instant at which the end frame was due, without pace was sent."""
        sent_ms = self.trace.end_sent_ms
        if sent_ms is None:
            return None
        due_ms = self.trace.audio_ms if self.trace.paced else sent_ms
        came = (at for at, r in self._replies if at >= sent_ms and self.dialect.terminates(r))
        return next((at - due_ms for at in came), None)

    def _is_partial(self, reply: Reply) -> bool:
        return self.dialect.is_partial(reply) and bool(reply.text_or_empty)


def _parsed(trace: Trace) -> Iterable[tuple[float, Reply]]:
    for at_ms, text in trace.replies:
        try:
            yield at_ms, parse_reply(text)
        except NotAReply:
            continue

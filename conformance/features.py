"""What a deployment has and what it lacks: one probe for each feature that a requirement can need.

A requirement that needs an optional feature is judged unless its probe found that the feature is not there.
"""

from collections.abc import Sequence

from asrgate.judge import features
from asrgate.judge.features import Feature
from asrgate.judge.hotwords import HotwordRuns
from asrgate.judge.itn import NumberRuns
from asrgate.judge.sample_rate import RatePair
from asrgate.suite.declarations import feature
from asrgate.wire.exchange import Exchange


@feature("partials")
def partials(plain_paced: Exchange) -> Feature:
    """Partials at real-time pace."""
    return features.partials(plain_paced)


@feature("modes")
def modes(plain_online: Exchange, plain_offline: Exchange) -> Feature:
    """The modes online and offline."""
    return features.modes(plain_online, plain_offline)


@feature("empty-final")
def empty_final(empty: Exchange) -> Feature:
    """An answer to an end frame without audio."""
    return features.empty_final(empty)


@feature("itn")
def itn(numbers: Sequence[NumberRuns]) -> Feature:
    """Inverse text normalisation."""
    return features.itn(numbers)


@feature("hotwords")
def hotwords(rare_terms: Sequence[HotwordRuns]) -> Feature:
    """Hotwords that have an effect."""
    return features.hotwords(rare_terms)


@feature("stamps")
def stamps(plain: Exchange) -> Feature:
    """Word stamps."""
    return features.stamps([plain])


@feature("resampling")
def resampling(declared_8khz: Sequence[RatePair]) -> Feature:
    """8 kHz audio with audio_fs 8000."""
    return features.resampling(declared_8khz)

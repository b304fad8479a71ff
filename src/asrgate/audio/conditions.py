"""Conditions under which clips are scored beside plain 16 kHz: rates, noise, a room, a telephone, presets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from asrgate.audio.source import Babble, Clipping, Echo, Gain, Noise, Shaping, TelephoneBand

PLAIN_RATE_HZ = 16000

Preset = tuple[int, int, int]
"""A `chunk_size`: look-back, step and look-ahead of the first pass (docs/protocol.md section 3.6)."""

DEFAULT_PRESET: Preset = (5, 10, 5)

PRESETS: MappingProxyType[str, Preset] = MappingProxyType(
    {",".join(map(str, preset)): preset for preset in ((3, 6, 3), DEFAULT_PRESET, (8, 15, 8))}
)
"""The presets that upstream names, by how they are written, the quickest first."""

DEGRADATIONS: MappingProxyType[str, tuple[Shaping, ...]] = MappingProxyType(
    {
        "white-20": (Noise(20.0),),
        "white-10": (Noise(10.0),),
        "white-5": (Noise(5.0),),
        "pink-20": (Noise(20.0, "pink"),),
        "pink-10": (Noise(10.0, "pink"),),
        "pink-5": (Noise(5.0, "pink"),),
        "babble-20": (Babble(20.0),),
        "babble-10": (Babble(10.0),),
        "babble-5": (Babble(5.0),),
        "echo": (Echo(),),
        "telephone": (TelephoneBand(),),
        "clipping": (Clipping(0.25),),
        "quiet": (Gain(-30.0),),
    }
)
"""Shapings by name; a number is the signal-to-noise ratio in dB. What is random is the same in every run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A rate in Hz, the name of what is done to the sound before it is sent, "" for nothing, and a preset."""

    sample_rate_hz: int = PLAIN_RATE_HZ
    degradation: str = ""
    preset: Preset = DEFAULT_PRESET

    @property
    def shaping(self) -> tuple[Shaping, ...]:
        """What is done to the sound."""
        return DEGRADATIONS[self.degradation] if self.degradation else ()

    def named(self, mode: str) -> str:
        """Return the mode by which scores under this condition go.

        `2pass`, `2pass@8000`, `2pass+pink-10`, `2pass~3,6,3`.
        """
        at = "" if self.sample_rate_hz == PLAIN_RATE_HZ else f"@{self.sample_rate_hz}"
        with_ = "" if self.preset == DEFAULT_PRESET else "~" + ",".join(map(str, self.preset))
        return f"{mode}{at}" + (f"+{self.degradation}" if self.degradation else "") + with_


def conditions(
    rates_hz: Iterable[int], degradations: Iterable[str], presets: Iterable[Preset] = ()
) -> Iterator[Condition]:
    """Yield clean sound at every rate, then every degradation at every rate; at 16 kHz if none is named.

    Last comes clean sound at 16 kHz with every other preset.
    """
    rates = tuple(dict.fromkeys(rates_hz)) or (PLAIN_RATE_HZ,)
    for degradation in ("", *dict.fromkeys(degradations)):
        for rate_hz in rates:
            yield Condition(sample_rate_hz=rate_hz, degradation=degradation)
    for preset in dict.fromkeys(presets):
        if preset != DEFAULT_PRESET:
            yield Condition(preset=preset)


def preset_of(mode: str) -> tuple[str, Preset] | None:
    """Take the name of a mode apart into mode and preset; None for one under another condition."""
    plain, tilde, preset = mode.partition("~")
    if "@" in plain or "+" in plain:
        return None
    if not tilde:
        return plain, DEFAULT_PRESET
    back, step, ahead = map(int, preset.split(","))
    return plain, (back, step, ahead)

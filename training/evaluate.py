"""Measures the recogniser on speech it was not trained on; one process, fixed order, so the same audio.

`python -m training.evaluate FOLDER RESULTS.json` measures the model in FOLDER.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asrgate.audio.clips import Clip, bundled_clips_directory, load_clips
from asrgate.audio.reading import read_sound
from asrgate.reference import acoustic
from asrgate.reference.recogniser import Recogniser, Token, text_of
from training import lexicon, sentences, synthesis
from training.espeak import Prosody
from training.items import PLAIN, SEED, Condition, Item, audio, chinese, numbers, random_words
from training.measures import edits
from training.text import Piece, Writer

Floats = NDArray[np.float32]
Results = dict[str, object]


@dataclass(slots=True)
class Tally:
    """Errors and lengths over a set."""

    wrong: int = 0
    total: int = 0
    tonal_wrong: int = 0
    base_wrong: int = 0
    units: int = 0
    exact: int = 0
    items: int = 0
    examples: list[str] = field(default_factory=list)

    def as_results(self) -> Results:
        """Return rates in percent."""
        return {
            "cer": round(100 * self.wrong / self.total, 1),
            "tonal_ser": round(100 * self.tonal_wrong / max(1, self.units), 1),
            "base_ser": round(100 * self.base_wrong / max(1, self.units), 1),
            "exact": self.exact,
            "items": self.items,
            "characters": self.total,
            "examples": self.examples[:12],
        }


class Evaluation:
    """All measurements of one model."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.recogniser = Recogniser.from_folder(folder)
        self.units = (folder / "units.txt").read_text(encoding="utf-8").split()

    def hear(
        self, samples: Floats, hotwords: Mapping[str, float] | None = None
    ) -> tuple[tuple[Token, ...], list[str]]:
        """Return tokens and the best unit of each slot."""
        stream, search = self.recogniser.acoustic_stream(), self.recogniser.search(hotwords)
        slots = stream.accept(samples) + stream.finish()
        search.accept(slots)
        return search.tokens(), [self.units[slot.alternatives[0][0]] for slot in slots]

    def score(
        self,
        items: Sequence[Item],
        condition: Condition = PLAIN,
        hotwords: Mapping[str, float] | None = None,
    ) -> Results:
        """Return error rates of a set under a condition."""
        tally = Tally()
        for index, item in enumerate(items):
            tokens, heard = self.hear(audio(item, condition, index)[0], hotwords)
            text = "".join(token.text for token in tokens)
            wrong = edits(text, item.text)
            tally.wrong += wrong
            tally.total += len(item.text)
            tally.tonal_wrong += edits(heard, item.units)
            tally.base_wrong += edits([unit[:-1] for unit in heard], [unit[:-1] for unit in item.units])
            tally.units += len(item.units)
            tally.exact += wrong == 0
            tally.items += 1
            if wrong:
                tally.examples.append(f"{item.text} -> {text}")
        return tally.as_results()

    def conditions(self) -> Results:
        """Natural sentences under noise, at 8 kHz, at other speeds and levels, and other sets."""
        natural, plain = chinese(sentences.NATURAL), PLAIN
        phone = replace(plain, sample_rate=8000)
        found: Results = {
            "natural 16 kHz": self.score(natural),
            "natural 8 kHz": self.score(natural, phone),
            "second 16 kHz": self.score(chinese(sentences.SECOND)),
            "second 8 kHz": self.score(chinese(sentences.SECOND), phone),
            "fresh 16 kHz": self.score(chinese(sentences.FRESH)),
            "fresh 8 kHz": self.score(chinese(sentences.FRESH), phone),
            "fresh white 10 dB": self.score(chinese(sentences.FRESH), replace(plain, snr_db=10)),
            "numbers 16 kHz": self.score(numbers(100)),
            "numbers 8 kHz": self.score(numbers(100), phone),
            "random words 16 kHz": self.score(random_words(60)),
        }
        for snr_db in (20, 10, 5, 0):
            for colour, name in ((0, "white"), (1, "pink")):
                noisy = replace(plain, snr_db=snr_db, colour=colour)
                found[f"natural {name} {snr_db} dB"] = self.score(natural, noisy)
            found[f"natural 8 kHz white {snr_db} dB"] = self.score(natural, replace(phone, snr_db=snr_db))
        for rate in (130, 150, 200, 220, 240, 260):
            found[f"natural rate {rate}"] = self.score(natural, replace(plain, prosody=Prosody(rate)))
        for level in (0, -20, -30, -40, -45):
            found[f"natural level {level} dBFS"] = self.score(natural, replace(plain, level_db=level))
        return found

    def variants(self) -> Results:
        """Six sentences in each of espeak-ng's voice variants."""
        items = chinese(sentences.NATURAL[:3] + sentences.SECOND[:3])
        found = {
            voice or "default": self.score(items, Condition(voice=voice))
            for voice in ("", *synthesis.COMMON_VARIANTS, *synthesis.OTHER_VARIANTS)
        }
        tonal = {voice: float(str(result["tonal_ser"])) for voice, result in found.items()}
        cer = {voice: float(str(result["cer"])) for voice, result in found.items()}
        worst = sorted(cer, key=lambda voice: -cer[voice])
        return {
            "voices": len(cer),
            "median_cer": statistics.median(cer.values()),
            "mean_cer": round(statistics.mean(cer.values()), 1),
            "mean_tonal_ser": round(statistics.mean(tonal.values()), 1),
            "above_10_percent": {voice: cer[voice] for voice in worst if cer[voice] > 10},
            "common_mean_cer": round(statistics.mean(cer[voice] for voice in synthesis.COMMON_VARIANTS), 1),
        }

    def hotwords(self) -> Results:
        """Recall of twenty rare names without and with hotwords, and what hotwords do to other sentences."""
        every = {word: 20.0 for word, _ in sentences.HOTWORDS}
        items = chinese([sentence for _, sentence in sentences.HOTWORDS], [""])
        recall = {}
        for name, given in (("without", None), ("with", every)):
            heard = [text_of(self.hear(audio(item, PLAIN)[0], given)[0]) for item in items]
            recall[name] = sum(
                word in text for (word, _), text in zip(sentences.HOTWORDS, heard, strict=True)
            )
        natural = chinese(sentences.NATURAL)
        crowd = every | {self.recogniser_word(index): 20.0 for index in range(980)}
        return {
            "words": len(items),
            "recall_without": recall["without"],
            "recall_with": recall["with"],
            "natural_cer_without": self.score(natural)["cer"],
            "natural_cer_with_20": self.score(natural, hotwords=every)["cer"],
            "natural_cer_with_1000": self.score(natural, hotwords=crowd)["cer"],
            "natural_cer_with_weight_1e9": self.score(natural, hotwords=dict.fromkeys(every, 1e9))["cer"],
        }

    @staticmethod
    def recogniser_word(index: int) -> str:
        """Return some word of three or more characters from the dictionary."""
        long = [word.text for word in lexicon.chinese_words() if len(word.text) >= 3]
        return long[index * 7 % len(long)]

    def english(self) -> Results:
        """Word error rate of random words, and sentences with English in them."""
        writer, wrong, total, examples = Writer(SEED), 0, 0, []
        for voice in ("", "f2", "m3"):
            for count in (2, 3, 4, 5, 6, 7) * 3:
                item = Item(tuple(piece for piece in writer.english(count)), voice)
                said = [piece.text.lower() for piece in item.pieces]
                heard = [token.text for token in self.hear(audio(item, PLAIN)[0])[0]]
                wrong += edits(heard, said)
                total += len(said)
        for sentence in sentences.ENGLISH:
            item = Item((Piece("en", sentence, ()),))
            heard_text = text_of(self.hear(audio(item, PLAIN)[0])[0])
            examples.append(f"{sentence} -> {heard_text}")
        mixed = [self._mixed(*parts) for parts in sentences.MIXED]
        right = sum(said == heard for said, heard in (example.split(" -> ") for example in examples))
        return {
            "random_words_wer": round(100 * wrong / total, 1),
            "sentences_right": right,
            "sentences": len(examples),
            "mixed_right": sum(said == heard for said, heard in mixed),
            "mixed": len(mixed),
            "examples": examples + [f"{said} -> {heard}" for said, heard in mixed],
        }

    def _mixed(self, before: str, english: str, after: str) -> tuple[str, str]:
        parts = (("zh", before), ("en", english), ("zh", after))
        pieces = tuple(
            Piece(language, text, lexicon.pinyin_of(text) if language == "zh" else ())
            for language, text in parts
            if text
        )
        said = " ".join(piece.text for piece in pieces)
        return said, text_of(self.hear(audio(Item(pieces), PLAIN)[0])[0])

    def non_speech(self) -> Results:
        """Texts heard in ten seconds of what is not speech."""
        generator, draw = np.random.default_rng(0), random.Random(SEED)
        seconds = np.arange(160000) / 16000
        sounds: dict[str, Floats] = {
            "digital silence": np.zeros(160000, np.float32),
            "clicks": np.where(generator.random(160000) < 2e-4, 0.8, 0).astype(np.float32),
            "sweep": (0.3 * np.sin(2 * np.pi * 200 * seconds**2)).astype(np.float32),
            "mains hum": (0.2 * np.sign(np.sin(2 * np.pi * 50 * seconds))).astype(np.float32),
        }
        for hz in (100, 200, 300, 440, 1000, 3000):
            sounds[f"{hz} Hz tone"] = (0.3 * np.sin(2 * np.pi * hz * seconds)).astype(np.float32)
        for level in (-50, -20, -10):
            for colour, name in enumerate(("white", "pink", "brown")):
                made = synthesis.noise(160000, colour, generator) * 10 ** (level / 20)
                sounds[f"{name} noise {level} dBFS"] = synthesis.sixteen_bit(made)
        for index in range(100):
            sounds[f"random {index}"] = synthesis.non_speech(draw, generator)
        heard = {name: text_of(self.hear(sound)[0]) for name, sound in sounds.items()}
        return {"sounds": len(heard), "not_empty": {name: text for name, text in heard.items() if text}}

    def times(self) -> Results:
        """How far token times lie from espeak's own, in ms, where the text is right."""
        starts: list[float] = []
        ends: list[float] = []
        for rate in (140, 175, 220):
            for item in chinese(sentences.NATURAL + sentences.SECOND):
                samples, spoken = audio(item, Condition(prosody=Prosody(rate)))
                tokens, _ = self.hear(samples)
                if len(tokens) == len(item.text) == len(spoken):
                    starts += [token.start_ms - said for token, said in zip(tokens, spoken, strict=True)]
                    ends += [token.end_ms - said for token, said in zip(tokens[:-1], spoken[1:], strict=True)]
        return {"start": _spread(starts), "end_against_next_start": _spread(ends)}

    def clips(self) -> Results:
        """The bundled clips, without and with their texts as the domain."""
        clips = [clip for clip in load_clips(bundled_clips_directory()).clips if clip.sample_rate_hz == 16000]
        taught = Recogniser.from_folder(self.folder, domain_text=[clip.text for clip in clips if clip.text])
        return {
            "without_domain_text": _score_clips(self.recogniser, clips),
            "with_domain_text": _score_clips(taught, clips),
        }

    def damage(self) -> Results:
        """Whether damaged audio still shows when every sentence is in the domain text."""
        texts = sentences.NATURAL + sentences.SECOND + [sentence for _, sentence in sentences.HOTWORDS]
        taught = Recogniser.from_folder(self.folder, domain_text=texts)
        spoken = [(item.text, audio(item, PLAIN)[0]) for item in chinese(texts)]
        found: Results = {}
        for name, harm in DAMAGES.items():
            heard = [text_of(taught.transcribe(harm(samples))) for _, samples in spoken]
            wrong = sum(edits(text, said) for text, (said, _) in zip(heard, spoken, strict=True))
            found[name] = {
                "exact": sum(text == said for text, (said, _) in zip(heard, spoken, strict=True)),
                "items": len(spoken),
                "cer": round(100 * wrong / sum(len(said) for said, _ in spoken), 1),
            }
        return found

    def speed(self) -> Results:
        """Load time, size, and processor time per second of audio, in messages of 600 ms."""
        samples = np.concatenate([audio(item, PLAIN)[0] for item in chinese(sentences.NATURAL)])
        began = time.perf_counter()
        recogniser = Recogniser.from_folder(self.folder)
        load_s = time.perf_counter() - began
        recogniser.transcribe(samples)  # unpack the part of the vocabulary that this text needs
        duration_s = len(samples) / 16000
        found: Results = {"load_s": round(load_s, 3), "audio_s": round(duration_s)}
        for name, work in self._stages(recogniser, samples).items():
            found[name] = round(min(_processor_s(work) for _ in range(3)) / duration_s, 5)
        sizes = {path.name: path.stat().st_size for path in sorted(self.folder.iterdir())}
        return found | {"bytes": sizes, "block_ms": acoustic.BLOCK_SAMPLES // 16}

    @staticmethod
    def _stages(recogniser: Recogniser, samples: Floats) -> dict[str, Callable[[], object]]:
        stream = recogniser.acoustic_stream()
        slots = stream.accept(samples) + stream.finish()

        def hear() -> None:
            again = recogniser.acoustic_stream()
            for start in range(0, len(samples), 9600):
                again.accept(samples[start : start + 9600])

        def first_pass() -> None:
            search = recogniser.search()
            for start in range(0, len(slots), 3):
                search.accept(slots[start : start + 3])
                search.tokens()

        hotwords = {word: 20.0 for word, _ in sentences.HOTWORDS}
        return {
            "rtf_acoustic": hear,
            "rtf_search": lambda: recogniser.search().accept(slots),
            "rtf_search_hotwords": lambda: recogniser.search(hotwords).accept(slots),
        }


def _cut(samples: Floats, milliseconds: int) -> Floats:
    middle = len(samples) // 2
    return np.concatenate([samples[:middle], samples[middle + milliseconds * 16 :]])


DAMAGES: dict[str, Callable[[Floats], Floats]] = {
    "intact": lambda samples: samples,
    "100 ms lost in the middle": lambda samples: _cut(samples, 100),
    "300 ms lost": lambda samples: _cut(samples, 300),
    "600 ms lost": lambda samples: _cut(samples, 600),
    "second half missing": lambda samples: samples[: len(samples) // 2],
    "600 ms sent twice": lambda samples: np.concatenate(
        [samples[: len(samples) // 2], samples[len(samples) // 2 - 9600 :]]
    ),
    "16 kHz taken for 8 kHz": lambda samples: np.repeat(samples, 2),
    "8 kHz taken for 16 kHz": lambda samples: samples[::2].copy(),
    "bytes swapped": lambda samples: (
        (samples * 32767).astype("<i2").byteswap().astype(np.float32) / np.float32(32768)
    ),
}


def _score_clips(recogniser: Recogniser, clips: Sequence[Clip]) -> Results:
    """Return errors by kind of clip, hotwords given, and how far token times are from the manifest's."""
    wrong = total = exact = spoken = 0
    examples, noisy, starts, ends = [], [], [], []
    for clip in clips:
        samples = np.asarray(read_sound(clip.path).samples[:, 0], np.float32)
        tokens = recogniser.transcribe(samples, dict.fromkeys(clip.hotwords, 20.0))
        text = text_of(tokens)
        if not clip.text:
            noisy += [f"{clip.id}: {text}"] if text else []
            continue
        errors = edits(text.replace(" ", ""), clip.text.replace(" ", ""))
        wrong, total = wrong + errors, total + len(clip.text.replace(" ", ""))
        exact, spoken = exact + (errors == 0), spoken + 1
        examples += [f"{clip.text} -> {text}"] if errors else []
        if len(tokens) == len(clip.words):
            starts += [t.start_ms - word.start_ms for t, word in zip(tokens, clip.words, strict=True)]
            ends += [t.end_ms - word.end_ms for t, word in zip(tokens, clip.words, strict=True)]
    return {
        "cer": round(100 * wrong / total, 1),
        "exact": exact,
        "clips": spoken,
        "text_in_wordless": noisy,
        "examples": examples[:20],
        "start_ms": _spread([float(error) for error in starts]),
        "end_ms": _spread([float(error) for error in ends]),
    }


def _processor_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _spread(errors: list[float]) -> Results:
    if len(errors) < 20:
        return {"count": len(errors), "mean": None, "mean_absolute": None, "p95_absolute": None}
    size = [abs(error) for error in errors]
    return {
        "count": len(errors),
        "mean": round(statistics.mean(errors), 1),
        "mean_absolute": round(statistics.mean(size), 1),
        "p95_absolute": round(statistics.quantiles(size, n=20)[-1], 1),
    }


def evaluate(folder: Path, parts: Sequence[str] = ()) -> Results:
    """Measure the model in a folder; parts limits it to some of the measurements."""
    evaluation = Evaluation(folder)
    measurements: dict[str, Callable[[], Results]] = {
        "conditions": evaluation.conditions,
        "variants": evaluation.variants,
        "hotwords": evaluation.hotwords,
        "english": evaluation.english,
        "non_speech": evaluation.non_speech,
        "times": evaluation.times,
        "clips": evaluation.clips,
        "damage": evaluation.damage,
        "speed": evaluation.speed,
    }
    found: Results = {"machine": platform.machine(), "python": platform.python_version()}
    for name, measure in measurements.items():
        if not parts or name in parts:
            found[name] = measure()
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--parts", nargs="*", default=())
    options = parser.parse_args()
    found = evaluate(options.folder, options.parts)
    options.results.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
